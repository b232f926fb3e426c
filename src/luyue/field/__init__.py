"""Work orders: visits and remote sessions, signatures, service forms (F)."""
