"""Addresses of what comes in besides the desk."""

from django.urls import path

from luyue.channels.pages import alarms, labels, mailboxes, mails, strangers, tabs

app_name = "channels"
urlpatterns = [
    # Open to strangers; short, since they are printed as QR codes.
    path("r/<str:label_token>/", strangers.report, name="report"),
    path("r/c/<str:watch_token>/", strangers.watch, name="watch"),
    path("contracts/<int:contract_id>/labels/", labels.labels, name="labels"),
    path("contracts/<int:contract_id>/labels/sheet/", labels.sheet, name="sheet"),
    path("contracts/<int:contract_id>/labels/<int:device_id>/", labels.reissue, name="reissue"),
    path("channels/", tabs.index, name="index"),
    path("channels/mails/", mails.mails, name="mails"),
    path("channels/mails/<int:mail_id>/", mails.mail, name="mail"),
    path("channels/mails/<int:mail_id>/assign/", mails.assign, name="assign"),
    path("channels/mails/<int:mail_id>/discard/", mails.discard, name="discard"),
    path("channels/mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("channels/mailboxes/add/", mailboxes.add_mailbox, name="add_mailbox"),
    path("channels/mailboxes/<int:mailbox_id>/", mailboxes.change_mailbox, name="mailbox"),
    path("channels/mailboxes/<int:mailbox_id>/try/", mailboxes.try_mailbox, name="try_mailbox"),
    path("channels/alarms/", alarms.alarms, name="alarms"),
    path("channels/sources/", alarms.sources, name="sources"),
    path("channels/sources/add/", alarms.add_source, name="add_source"),
    path("channels/sources/<int:source_id>/", alarms.source, name="source"),
    path("channels/sources/<int:source_id>/change/", alarms.change_source, name="change_source"),
    path("channels/sources/<int:source_id>/mute/", alarms.mute_source, name="mute_source"),
    path("channels/sources/<int:source_id>/renew/", alarms.renew_source, name="renew_source"),
    path("channels/sources/<int:source_id>/deliveries/<int:arrival_id>/", alarms.retry, name="retry"),
]
