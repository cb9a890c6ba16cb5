"""Charts of a siting result."""
