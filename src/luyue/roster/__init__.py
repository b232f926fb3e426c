"""Who serves: the named staff with posts and certificates, and who is on duty when (O-1)."""
