"""What follows from checked inputs before anything is built: distances, opening hours, sizes."""
