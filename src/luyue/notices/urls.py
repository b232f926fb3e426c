"""Addresses of messages and of how they are sent."""

from django.urls import path

from luyue.notices.pages import inbox, outlets, own, templates, undelivered

app_name = "notices"
urlpatterns = [
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/unread/", inbox.unread, name="unread"),
    path("messages/read/", inbox.read_all, name="read_all"),
    path("messages/<int:message_id>/", inbox.open_message, name="open"),
    path("messages/settings/", own.own_settings, name="settings"),
    path("messages/outlets/", outlets.outlets, name="outlets"),
    path("messages/outlets/add/", outlets.add_outlet, name="add_outlet"),
    path("messages/outlets/<int:outlet_id>/", outlets.outlet, name="outlet"),
    path("messages/outlets/<int:outlet_id>/test/", outlets.test_outlet, name="test_outlet"),
    path("messages/templates/", templates.templates, name="templates"),
    path(
        "messages/templates/<str:message_kind>/<str:message_language>/", templates.template, name="template"
    ),
    path(
        "messages/templates/<str:message_kind>/<str:message_language>/reset/",
        templates.reset_template,
        name="reset_template",
    ),
    path("messages/undelivered/", undelivered.undelivered, name="undelivered"),
    path("messages/undelivered/again/", undelivered.send_again, name="send_all_again"),
    path("messages/undelivered/<int:delivery_id>/again/", undelivered.send_again, name="send_again"),
]
