"""Articles: known faults and emergencies with their remedies (C-4)."""
