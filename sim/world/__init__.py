"""The world: calendar, opening hours, places, who can reach what."""
