"""Addresses of contracts, customers and plans."""

from django.urls import path

from luyue.contracts import pages, plan_pages

app_name = "contracts"
urlpatterns = [
    path("contracts/", pages.contract_list, name="list"),
    path("contracts/new/", pages.new_contract, name="new"),
    path("contracts/switcher/", pages.switcher, name="switcher"),
    path("contracts/found/", pages.found, name="found"),
    path("contracts/<int:contract_id>/", pages.contract_page, name="contract"),
    path("contracts/<int:contract_id>/edit/", pages.edit_contract, name="edit"),
    path("contracts/<int:contract_id>/plan/", plan_pages.bind, name="bind"),
    path("contracts/<int:contract_id>/figures/<slug:promise>/", pages.answer, name="answer"),
    path("contracts/<int:contract_id>/people/", pages.give, name="give"),
    path("contracts/<int:contract_id>/people/<int:person_id>/remove/", pages.take, name="take"),
    path("customers/", pages.customer_list, name="customers"),
    path("customers/new/", pages.new_customer, name="new_customer"),
    path("customers/<int:customer_id>/", pages.edit_customer, name="customer"),
    path("plans/", plan_pages.plan_list, name="plans"),
    path("plans/new/", plan_pages.new_plan, name="new_plan"),
    path("plans/<int:version_id>/", plan_pages.plan_page, name="plan"),
    path("plans/<int:version_id>/against/<int:other_id>/", plan_pages.plan_difference, name="difference"),
]
