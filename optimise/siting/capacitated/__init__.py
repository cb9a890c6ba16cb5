"""Facility location with capacities: prices of demand, service of open sites, programs."""
