"""Customer secrets and remote sessions (X-1, X-3)."""
