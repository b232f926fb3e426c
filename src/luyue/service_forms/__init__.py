"""Service forms (单据): documents of one act, made out of a case, signed by the customer, verifiable by anybody."""
