"""Where to build: plans from today's unmet wishes, optimised, simulated and corrected."""
