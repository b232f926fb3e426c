"""Rounds: inspections of sites and devices by checklist, what they find, their reports."""
