"""Where to build: a planner's model of rooms, kinds and a budget."""
