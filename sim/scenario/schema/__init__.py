"""The schema of scenarios: one pydantic model per mapping of the YAML, one per row of a table."""
