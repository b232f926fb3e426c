"""Rules of trainings and meetings: plans, courses, who was there how long, results. Pure."""
