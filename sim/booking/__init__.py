"""Booking: diaries, the desk that gives slots, and the parts a policy is composed of."""
