"""The plans found are judged, ranked over outlooks, and shown with what would change them."""
