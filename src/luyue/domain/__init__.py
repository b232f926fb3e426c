"""The pure part: calendars, clocks, plans, statements. No Django, no database, no reading of the time of day."""
