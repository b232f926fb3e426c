"""Reports: drafted from data when they are owed, reviewed, issued, delivered, confirmed (R-1 to R-3)."""
