"""Quotas are measured: readings, exclusions, measurements of every period, and who hears of a bad one."""
