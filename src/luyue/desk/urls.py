"""Addresses of the desk."""

from django.urls import path

from luyue.desk import import_pages
from luyue.desk.pages import case, dashboard, escalation, intake, links, queue, routing, search, triage

app_name = "desk"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("cases/", queue.queue_page, name="queue"),
    path("cases/bulk/", queue.bulk, name="bulk"),
    path("cases/export.xlsx", queue.export, name="export"),
    path("cases/new/", intake.intake, name="intake"),
    path("cases/new/terms/", intake.terms, name="intake-terms"),
    path("cases/new/similar/", intake.similar, name="intake-similar"),
    path("cases/new/callers/", intake.callers, name="intake-callers"),
    path("cases/new/archive/", intake.customer_archive, name="intake-archive"),
    path("cases/found/", search.found, name="search_found"),
    path("cases/others/", search.others, name="search_others"),
    path("cases/search/", search.search, name="search"),
    *import_pages.ADDRESSES,
    path("cases/<int:case_id>/", case.case_page, name="case"),
    path("cases/<int:case_id>/again/", intake.again, name="again"),
    path("cases/<int:case_id>/promises/", triage.promises, name="promises"),
    path("cases/<int:case_id>/advice/", triage.advice, name="advice"),
    path("routing/", routing.rules_page, name="routing"),
    path("routing/new/", routing.edit, name="routing-new"),
    path("routing/<int:rule_id>/", routing.edit, name="routing-rule"),
    path("routing/<int:rule_id>/remove/", routing.remove, name="routing-remove"),
    path("people/<int:person_id>/skills/", routing.skills, name="skills"),
    path("cases/<int:case_id>/links/", links.page, name="links"),
    path("cases/<int:case_id>/links/gather/", links.gather, name="link-gather"),
    path("cases/<int:case_id>/links/resolve/", links.resolve, name="link-resolve"),
    path("cases/<int:case_id>/links/<int:link_id>/end/", links.end, name="link-end"),
    path("cases/<int:case_id>/act/<slug:name>/", case.act, name="act"),
    path("cases/<int:case_id>/acknowledge/", escalation.acknowledge_case, name="acknowledge_case"),
    path("cases/acknowledge/<int:message_id>/", escalation.acknowledge_message, name="acknowledge"),
    path("cases/<int:case_id>/why/<int:clock_id>/", case.why, name="why"),
]
