"""Registers and administration, a module a noun. Each page asks for its permission; whoever may only read has no buttons."""
