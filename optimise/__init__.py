"""Optimisation models on plain arrays; knows no YAML, no SimPy, no venue names."""
