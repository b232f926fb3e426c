"""Pages of roster and staff."""
