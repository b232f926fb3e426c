"""Addresses of attachments."""

from django.urls import path

from luyue.files import pages

app_name = "files"
urlpatterns = [path("files/<int:file_id>/", pages.download, name="download")]
