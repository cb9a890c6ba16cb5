"""Logs of bookings: read, demand recovered, compared with a model."""
