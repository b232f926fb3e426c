"""Addresses of sites and devices."""

from django.urls import path

from luyue.devices import pages, register_pages

app_name = "devices"
urlpatterns = [
    path("devices/", pages.device_list, name="list"),
    path("contracts/<int:contract_id>/devices/", pages.contract_devices, name="contract"),
    path("contracts/<int:contract_id>/devices/add/", pages.add_device, name="add"),
    path("contracts/<int:contract_id>/sites/add/", pages.add_site, name="add_site"),
    path("contracts/<int:contract_id>/devices/import/", register_pages.take, name="import"),
    path("contracts/<int:contract_id>/devices/export.xlsx", register_pages.export, name="export"),
    path("devices/<int:device_id>/", pages.change_device, name="device"),
    path("devices/<int:device_id>/remove/", pages.remove_device, name="remove"),
    path("sites/<int:site_id>/", pages.change_site, name="site"),
    path("sites/<int:site_id>/remove/", pages.remove_site, name="remove_site"),
]
