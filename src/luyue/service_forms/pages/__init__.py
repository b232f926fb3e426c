"""Pages of service forms."""
