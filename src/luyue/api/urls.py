"""Addresses below /api/."""

from django.urls import path, re_path

from luyue.api.build import build, nothing_here

api = build()
urlpatterns = [path("v1/", api.urls), re_path("", nothing_here)]
