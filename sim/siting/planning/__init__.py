"""The planning model: from the wishes that today's simulation leaves unmet to proposed plans."""
