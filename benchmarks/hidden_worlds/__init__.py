"""Is the closed loop worth it? Sites chosen from six ideas of demand, scored on a hidden truth."""
