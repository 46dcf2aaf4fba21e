"""The event log: in memory, read from files, written to files, kept on disk."""
