"""Addresses of reports."""

from django.urls import path

from luyue.reports.pages import list as rows
from luyue.reports.pages import one, risks

app_name = "reports"
urlpatterns = [
    path("reports/", rows.report_list, name="list"),
    path("reports/bulk/", rows.bulk, name="bulk"),
    path("reports/new/", rows.new, name="new"),
    path("reports/kinds/", rows.kind_list, name="kinds"),
    path("reports/runs/new/", rows.run_new, name="run_new"),
    path("reports/runs/<int:report_run_id>/", rows.run, name="run"),
    path("obligations/<int:obligation_id>/report/", rows.draft_for, name="draft_for"),
    path("reports/risks/", risks.risk_list, name="risks"),
    path("reports/risks/<int:hazard_id>/", risks.one, name="risk"),
    path("contracts/<int:contract_id>/risks/new/", risks.new, name="risk_new"),
    path("reports/<int:report_id>/", one.one, name="one"),
    path("reports/<int:report_id>/<slug:report_act>/", one.act, name="act"),
]
