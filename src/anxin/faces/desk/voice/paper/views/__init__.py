"""Pages of paper questionnaires: printing, sending in, checking."""
