"""The only writers of claims: one function per use case, a file per noun."""
