"""Trainings and meetings: plans, courses, sessions, who was there, results (T-1 to T-3, meetings of R-2)."""
