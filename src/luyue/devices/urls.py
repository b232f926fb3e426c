"""Addresses of sites and devices."""

from django.urls import path

from luyue.devices import pages

app_name = "devices"
urlpatterns = [
    path("devices/", pages.device_list, name="list"),
    path("contracts/<int:contract_id>/devices/", pages.contract_devices, name="contract"),
    path("contracts/<int:contract_id>/devices/add/", pages.add_device, name="add"),
    path("contracts/<int:contract_id>/sites/add/", pages.add_site, name="add_site"),
]
