"""Addresses of the inbox."""

from django.urls import path

from luyue.notices import pages

app_name = "notices"
urlpatterns = [
    path("messages/", pages.inbox, name="inbox"),
    path("messages/unread/", pages.unread, name="unread"),
    path("messages/read/", pages.read_all, name="read_all"),
    path("messages/<int:message_id>/", pages.open_message, name="open"),
]
