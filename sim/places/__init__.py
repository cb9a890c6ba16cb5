"""Drop-in places: arrivals, queues, seats, closing time."""
