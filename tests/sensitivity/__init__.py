"""Draws of assumptions, what is asked in them, what is found."""
