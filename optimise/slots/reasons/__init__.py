"""Why a request did not get what it asked for, and what gives way if it must get it."""
