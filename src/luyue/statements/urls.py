"""Addresses of statements."""

from django.urls import path

from luyue.statements import evidence_pages, instance_pages, ledger_pages, pages

app_name = "statements"
urlpatterns = [
    path("statements/", pages.index, name="index"),
    path("ledger/", ledger_pages.ledger_list, name="ledger"),
    path("contracts/<int:contract_id>/statement/", pages.statement_page, name="statement"),
    path("contracts/<int:contract_id>/evidence/", evidence_pages.evidence_page, name="evidence"),
    path("contracts/<int:contract_id>/evidence/check/", evidence_pages.check_evidence, name="check_evidence"),
    path("contracts/<int:contract_id>/statement/instances/", instance_pages.instances, name="instances"),
]
