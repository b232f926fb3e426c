"""Acts on what comes in besides the desk. Each is one transaction and one ledger event."""
