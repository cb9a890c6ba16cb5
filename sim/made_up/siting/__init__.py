"""Made-up worlds for the question where to build: candidate rooms, links, an upgrade."""
