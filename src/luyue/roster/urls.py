"""Addresses of roster and staff."""

from django.urls import path

from luyue.roster.pages import duty, staff, swaps

app_name = "roster"
urlpatterns = [
    path("roster/", duty.overview, name="overview"),
    path("roster/swaps/", swaps.swaps, name="swaps"),
    path("roster/swaps/<int:swap_id>/", swaps.swap, name="swap"),
    path("roster/import/", duty.take_file, name="import"),
    path("roster/<int:shift_id>/remove/", duty.remove, name="remove"),
    path("people/<int:person_id>/staff/", staff.profile, name="profile"),
    path(
        "people/certificates/<int:certificate_id>/remove/",
        staff.remove_certificate,
        name="certificate-remove",
    ),
    path(
        "people/qualifications/<int:qualification_id>/remove/",
        staff.remove_qualification,
        name="qualification-remove",
    ),
    path("contracts/<int:contract_id>/staff/", staff.of_contract, name="staff"),
]
