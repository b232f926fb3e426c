"""What follows from what: ledger event kind → names of jobs, each called with `event_id`.

The one place that answers "what happens when ...?". A job is deferred in the transaction that records the event.
"""

REACTIONS: dict[str, list[str]] = {
    "case.reported": ["desk.tell_operators"],
    "case.urged": ["desk.tell_urged"],
    "case.rated": ["portal.tell_low_rating"],
}
