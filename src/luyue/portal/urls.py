"""Addresses of the portal."""

from django.urls import path

from luyue.portal import pages

app_name = "portal"
urlpatterns = [
    path("cases/<int:case_id>/rate/", pages.rate, name="rate"),
    path("contracts/<int:contract_id>/colleagues/", pages.colleagues, name="colleagues"),
    path("contracts/<int:contract_id>/colleagues/<int:person_id>/", pages.let_go, name="let_go"),
]
