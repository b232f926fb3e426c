"""People, organisations, roles, API tokens."""
