"""The questions one asks of a log. Each takes a log in memory or on disk and gives a frozen result."""
