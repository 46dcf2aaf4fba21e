"""The rulebook's pages: families with their editions, and one module for each family's own content."""
