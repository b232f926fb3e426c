"""Calls: the register of the hotline, its contacts and their changes (D-7)."""
