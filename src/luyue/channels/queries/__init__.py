"""Reads of what comes in besides the desk."""
