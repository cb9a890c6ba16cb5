"""What writes the generated pages; see `docs/generate.py`."""
