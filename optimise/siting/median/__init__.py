"""The parts of the p-median solver: swaps for plans, prices for bounds, branching for proofs."""
