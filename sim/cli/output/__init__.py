"""What verbs say and write: progress, lines in the terminal, the result folder."""
