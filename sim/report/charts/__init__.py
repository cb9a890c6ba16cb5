"""One chart a file; each registers itself."""
