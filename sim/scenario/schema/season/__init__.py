"""A season of group requests in the schema: its rules, ways to allot slots, rows of its tables."""
