"""A planner's model: which rooms of which kind to open where, within a budget and floor areas."""
