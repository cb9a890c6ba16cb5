"""Files of an allotted season: tables, calendars and sheets to hang up."""
