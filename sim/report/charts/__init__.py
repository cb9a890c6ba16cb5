"""One chart a file; each registers itself. `dots` is what two of them share."""
