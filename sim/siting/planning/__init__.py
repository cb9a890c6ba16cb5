"""The planner's model of a scenario, and what it proposes and promises."""
