"""A season of group requests: from a scenario to the weekly slot problem and back in names."""
