"""Pages of trainings and meetings; those behind codes are in `strangers`."""
