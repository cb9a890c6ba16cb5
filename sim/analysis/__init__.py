"""Analysis: metrics of replications, summaries, calibration, explanations."""
