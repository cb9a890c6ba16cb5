"""Where to build: classical siting models, and a planner's model of rooms, kinds and a budget."""
