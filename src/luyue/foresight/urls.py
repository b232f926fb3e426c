"""Addresses of reckonings."""

from django.urls import path

from luyue.foresight import pages

app_name = "foresight"
urlpatterns = [
    path("foresight/", pages.index, name="list"),
    path("foresight/new/", pages.new, name="new"),
    path("foresight/sites/", pages.sites, name="sites"),
    path("foresight/<int:foresight_id>/", pages.one, name="one"),
    path("foresight/<int:foresight_id>/progress/", pages.progress, name="progress"),
    path("foresight/<int:foresight_id>/again/", pages.again, name="again"),
    path("foresight/<int:foresight_id>/remove/", pages.remove, name="remove"),
    path("foresight/<int:foresight_id>/foresight.pdf", pages.paper, name="paper"),
    path("foresight/<int:foresight_id>/foresight.xlsx", pages.workbook, name="workbook"),
]
