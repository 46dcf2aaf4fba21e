"""Forms of the registers and the administration, by noun. Their fields bear the names that the actions' refusals use."""
