"""Points: earned, spent, expired, conserved."""
