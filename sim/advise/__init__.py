"""Unlike measures on one scale: each simulated, and programmes of them within a budget."""
