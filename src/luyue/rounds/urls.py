"""Addresses of rounds. The form of a device lies below its work order: there the phone keeps it."""

from django.urls import path

from luyue.rounds.pages import checklists, look, one, plan, register
from luyue.rounds.pages import list as rows

app_name = "rounds"
urlpatterns = [
    path("rounds/", rows.round_list, name="list"),
    path("rounds/new/", plan.plan, name="plan"),
    path("rounds/register/", register.register, name="register"),
    path("rounds/checklists/", checklists.checklist_list, name="checklists"),
    path("rounds/checklists/new/", checklists.new, name="new_checklist"),
    path("rounds/checklists/<slug:code>/", checklists.one, name="checklist"),
    path("rounds/<int:round_id>/", one.one, name="one"),
    path("rounds/<int:round_id>/notice/", one.notice, name="notice"),
    path("field/orders/<int:order_id>/look/<int:target_id>/", look.look, name="look"),
]
