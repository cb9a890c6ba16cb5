"""Charts of a search for headroom."""
