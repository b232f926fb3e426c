"""Before a plan is signed: what a history or a load would have made of its promises (P-6)."""
