"""Kinds of charts: each draws a frame by a description of what is in it."""
