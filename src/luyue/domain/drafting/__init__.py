"""Reviewing what was read from a plan document: states, coverage, places in a text, figures, questions (P-3, L13)."""
