"""Surveys and follow-up calls to many: campaigns, respondents, answers, results (V-1 to V-3)."""
