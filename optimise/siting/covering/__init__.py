"""Parts of the covering models: reductions, searches, bounds and exact programs."""
