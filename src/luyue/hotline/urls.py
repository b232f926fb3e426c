"""Addresses of calls, lines, contacts and changes."""

from django.urls import path

from luyue.hotline.pages import calls, changes, lines, records, share

app_name = "hotline"
urlpatterns = [
    path("calls/", calls.call_list, name="calls"),
    path("calls/missed/", calls.call_list, {"missed": True}, name="missed"),
    path("calls/new/", calls.take, name="take"),
    path("calls/who/", calls.who, name="who"),
    path("calls/share/", share.overview, name="share"),
    path("calls/records/", records.overview, name="records"),
    path("calls/records/<int:call_file_id>/", records.one, name="record-file"),
    path("calls/records/<int:call_file_id>/drop/", records.drop, name="record-drop"),
    path("calls/<int:call_id>/", calls.one, name="call"),
    path("calls/<int:call_id>/back/", calls.back, name="back"),
    path("calls/<int:call_id>/assign/", calls.assign, name="assign"),
    path("calls/<int:call_id>/link/", calls.link, name="link"),
    path("calls/<int:call_id>/correct/", calls.correct, name="correct"),
    path("hotline/lines/", lines.overview, name="lines"),
    path("hotline/lines/new/", lines.add, name="line-new"),
    path("hotline/lines/<int:line_id>/", lines.correct, name="line"),
    path("hotline/lines/<int:line_id>/state/", lines.state, name="line-state"),
    path("hotline/lines/<int:line_id>/change/", changes.plan_line, name="plan-line"),
    path("hotline/contacts/<int:contact_id>/", lines.correct_contact, name="contact"),
    path("hotline/contacts/<int:contact_id>/change/", changes.plan_contact, name="plan-contact"),
    path("hotline/changes/<int:change_id>/", changes.one, name="change"),
    path("hotline/changes/<int:change_id>/notify/", changes.notify, name="change-notify"),
    path("hotline/changes/<int:change_id>/answer/", changes.answer, name="change-answer"),
    path("hotline/changes/<int:change_id>/withdraw/", changes.withdraw, name="change-withdraw"),
    path("contracts/<int:contract_id>/hotline/", lines.of_contract, name="contract"),
    path("contracts/<int:contract_id>/hotline/share/", share.of_contract, name="share-contract"),
    path("contracts/<int:contract_id>/hotline/contacts/", lines.add_contact, name="contact-add"),
    path(
        "contracts/<int:contract_id>/hotline/contacts/change/",
        changes.plan_new_contact,
        name="plan-new-contact",
    ),
]
