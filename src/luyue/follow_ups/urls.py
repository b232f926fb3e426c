"""Addresses of follow-ups."""

from django.urls import path

from luyue.follow_ups import pages

app_name = "follow_ups"
urlpatterns = [
    path("follow-ups/", pages.follow_up_list, name="list"),
    path("follow-ups/<int:follow_up_id>/", pages.one, name="one"),
    path("follow-ups/<int:follow_up_id>/opinion/", pages.opinion, name="opinion"),
]
