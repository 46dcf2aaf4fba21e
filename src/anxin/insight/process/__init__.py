"""The process as it really ran: the map, its variants, where cases wait, and whether they went as prescribed."""
