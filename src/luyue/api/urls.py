"""Addresses below /api/."""

from django.urls import path, re_path

from luyue.api.build import build, nothing_here

urlpatterns = [path("v1/", build().urls), re_path("", nothing_here)]
