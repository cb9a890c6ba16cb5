"""What simulations tell: today's demand and what becomes of it, and what plans gain."""
