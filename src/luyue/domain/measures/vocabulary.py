"""Measures that Luyue reckons by itself; any other is entered by hand with its evidence."""

RECKONED = frozenset(
    {
        "calls.answered_share", "availability.image_channels", "availability.system", "system.failure_rate",
        "recording.days_kept", "recording.gaps", "recording.playable_share", "storage.free", "image.covered",
        "service_point.area", "service_point.reach", "training.new_watch_staff_hours", "meeting.days",
        "stock.wearing_parts", "price.main_parts",
    }
)  # fmt: skip
