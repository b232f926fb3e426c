"""Seeded operation of whole years through the apps' own acts: the same seed and span give the same history."""
