"""Forms for the rulebook, a module a family."""
