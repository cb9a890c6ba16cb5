"""Charts of a season's timetable."""
