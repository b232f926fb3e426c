"""Rounds: what is looked at on each kind of device, what an answer means, what comes first (I-1 to I-7)."""
