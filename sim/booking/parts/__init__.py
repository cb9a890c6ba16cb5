"""Parts of a policy, one a file: limits, waiting, standing by, other days, looking again."""
