"""Intake besides the desk: mail, labels on devices, alarms of machines (D-1)."""
