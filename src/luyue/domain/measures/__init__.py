"""What a quota's figure is reckoned from, how, and what it says: kept, missed, no data (A-7, I-2, D-7, K-7). Pure."""
