"""The last word on the plans of a budget: fresh seeds, and an order with its guarantee."""
