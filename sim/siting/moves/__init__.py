"""Moves: what money can buy at which site, and a scenario with a plan carried out."""
