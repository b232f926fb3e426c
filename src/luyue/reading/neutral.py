"""The result in the neutral schema: six lists of plain values with their quotes."""

from typing import Any

from luyue.reading.drafts import Reading


def neutral(reading: Reading) -> dict[str, list[dict[str, Any]]]:
    """One JSON object per document; durations in ISO 8601."""
    return {
        "periods": [
            {"kind": p.kind, "length": p.length, "starts": p.starts, "quote": p.found.quote.words}
            for p in reading.periods
        ],
        "targets": [
            {
                "metric": t.metric, "severity": t.severity, "within": t.within, "basis": t.basis, "scope": t.scope,
                "quote": t.found.quote.words,
            }
            for t in reading.targets
        ],
        "duties": [
            {
                "activity": d.activity, "every": d.every, "count": d.count, "count_per": d.count_per,
                "min_hours": d.min_hours, "quote": d.found.quote.words,
            }
            for d in reading.duties
        ],
        "service_hours": [
            {"channel": h.channel, "basis": h.basis, "quote": h.found.quote.words} for h in reading.service_hours
        ],
        "quotas": [
            {"what": q.what, "op": q.op, "value": q.value, "unit": q.unit, "quote": q.found.quote.words}
            for q in reading.quotas
        ],
        "charges": [
            {"phase": c.phase, "labour": c.labour, "parts": c.parts, "travel": c.travel, "quote": c.found.quote.words}
            for c in reading.charges
        ],
    }  # fmt: skip
