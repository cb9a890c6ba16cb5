"""Season rules as others have them: each gives a timetable of the problem that `solve` solves."""
