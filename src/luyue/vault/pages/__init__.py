"""Pages of customer secrets and remote sessions."""
