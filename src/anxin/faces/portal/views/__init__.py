"""Pages for customers, one file per noun."""
