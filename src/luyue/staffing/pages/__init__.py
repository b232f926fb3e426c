"""Pages of promises of people."""
