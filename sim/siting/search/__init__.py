"""The search: plans are proposed, simulated and improved, and so are those of rivals."""
