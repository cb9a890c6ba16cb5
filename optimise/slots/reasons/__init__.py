"""Why a request did not get what it asked for, and what would help."""
