"""Charts of a scenario held against a log of bookings."""
