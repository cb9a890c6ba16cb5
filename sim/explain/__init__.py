"""Explanations: why a request was refused, what would have served it, how a venue was used."""
