"""How answers depend on what is assumed: joint draws, each fitted again, and what they tell."""
