"""Addresses of the desk."""

from django.urls import path

from luyue.desk import import_pages
from luyue.desk.pages import case, dashboard, intake, links, queue, search

app_name = "desk"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("cases/", queue.queue_page, name="queue"),
    path("cases/bulk/", queue.bulk, name="bulk"),
    path("cases/export.xlsx", queue.export, name="export"),
    path("cases/new/", intake.intake, name="intake"),
    path("cases/new/terms/", intake.terms, name="intake-terms"),
    path("cases/new/similar/", intake.similar, name="intake-similar"),
    path("cases/found/", search.found, name="search_found"),
    path("cases/search/", search.search, name="search"),
    *import_pages.ADDRESSES,
    path("cases/<int:case_id>/", case.case_page, name="case"),
    path("cases/<int:case_id>/links/", links.page, name="links"),
    path("cases/<int:case_id>/links/gather/", links.gather, name="link-gather"),
    path("cases/<int:case_id>/links/resolve/", links.resolve, name="link-resolve"),
    path("cases/<int:case_id>/links/<int:link_id>/end/", links.end, name="link-end"),
    path("cases/<int:case_id>/act/<slug:name>/", case.act, name="act"),
    path("cases/<int:case_id>/why/<int:clock_id>/", case.why, name="why"),
]
