"""Charts of a sensitivity: both intervals, drivers, where a decision turns."""
