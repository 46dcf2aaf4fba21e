"""Reports on what customers answered: content (pure), documents made of it, and the reports kept with their requests."""
