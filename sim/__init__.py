"""linli: how well a city's bookable community venues serve people, and what breaks first."""

__version__ = "0.1.0"
