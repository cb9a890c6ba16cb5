"""Scenarios: schema, loading, composing, errors that name file, line and key."""
