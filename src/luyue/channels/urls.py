"""Addresses of what comes in besides the desk."""

from django.urls import path

from luyue.channels.pages import labels, strangers

app_name = "channels"
urlpatterns = [
    # Open to strangers; short, since they are printed as QR codes.
    path("r/<str:label_token>/", strangers.report, name="report"),
    path("r/c/<str:watch_token>/", strangers.watch, name="watch"),
    path("contracts/<int:contract_id>/labels/", labels.labels, name="labels"),
    path("contracts/<int:contract_id>/labels/sheet/", labels.sheet, name="sheet"),
    path("contracts/<int:contract_id>/labels/<int:device_id>/", labels.reissue, name="reissue"),
]
