"""Logs of bookings: what can be read off them, demand recovered, and how a model compares."""
