"""What money can buy: sites, moves at them, and the scenario with a plan carried out."""
