"""A document as slides of 16:9: every text is measured before it is put into a box."""
