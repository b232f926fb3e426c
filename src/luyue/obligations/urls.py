from django.urls import path

from luyue.obligations.pages import calendar, feed, happening, listing, one, signals

app_name = "obligations"
urlpatterns = [
    path("obligations/", listing.obligation_list, name="list"),
    path("obligations/bulk/", listing.bulk, name="bulk"),
    path("obligations/calendar/", calendar.calendar, name="calendar"),
    path("obligations/happening/", happening.happening, name="happening"),
    path("obligations/signals/", signals.sources, name="signals"),
    path("obligations/signals/add/", signals.add, name="add_signal_source"),
    path("obligations/signals/<int:signal_source_id>/", signals.source, name="signal_source"),
    path("obligations/signals/<int:signal_source_id>/renew/", signals.renew, name="renew_signal_source"),
    path("obligations/signals/repeat/<int:signal_id>/", signals.repeat, name="repeat_signal"),
    path("obligations/<int:obligation_id>/", one.page, name="one"),
    path("obligations/<int:obligation_id>/act/<slug:name>/", one.act, name="act"),
    path("obligations/feed/<str:feed_token>.ics", feed.feed, name="feed"),
]
