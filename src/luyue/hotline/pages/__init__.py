"""Pages of the hotline: calls, files of records, the answered share, lines with contacts, changes."""
