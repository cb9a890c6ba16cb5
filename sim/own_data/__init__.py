"""Own data: venue lists, booking exports and population tables become a scenario's folder.

Files are read as grids of text (`sheets`), their headers matched to fields (`fields`, `headers`,
`mapping`), cells to values (`values`, `hours`), and rows (`reading`) to the scenario's tables
(`venues`, `population`, `bookings`, `importing`). Nothing is guessed silently: what is not
understood is an error that names sheet and cell, what is assumed is listed in the report.
"""
