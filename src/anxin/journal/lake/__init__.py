"""The lake: the journal compacted into Parquet (`engines.mining.Store`), for questions over all cases at once."""
