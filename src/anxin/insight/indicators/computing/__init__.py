"""From claims, facts and registers to the numbers of the indicators."""
