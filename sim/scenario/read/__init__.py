"""From files to nodes that know their places, and from nodes to checked values."""
