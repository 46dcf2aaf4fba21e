"""The measurement engine beside lavaan, psych and Python's packages. See README.md."""
