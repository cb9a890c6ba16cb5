"""What there is to tell of a plan: who gains, what would change it, what comes when."""
