"""Charts and tables of a run. Nothing is imported here: matplotlib and pandas are heavy."""
