"""Where to build: from today's unmet wishes to plans that are optimised, simulated and corrected."""
