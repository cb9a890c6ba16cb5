"""Studies: runs, comparisons, headroom, calibration, judged timetables, as frozen results."""
