"""Addresses of entitlements."""

from django.urls import path

from luyue.entitlements.pages import acting, claims, listing, one, review

app_name = "entitlements"
urlpatterns = [
    path("contracts/<int:contract_id>/entitlements/", listing.of_contract, name="contract"),
    path("contracts/<int:contract_id>/entitlements/claim/", acting.claim, name="claim"),
    path("contracts/<int:contract_id>/entitlements/breach/", acting.breach, name="breach"),
    path("contracts/<int:contract_id>/entitlements/review/", review.review, name="review"),
    path("contracts/<int:contract_id>/entitlements/of/<slug:entitlement>/", one.entitlement, name="one"),
    path("cases/<int:case_id>/charge/", acting.charge, name="charge"),
    path("entitlements/claims/", claims.claim_list, name="claims"),
    path("entitlements/claims/grant/", claims.grant_bulk, name="grant_bulk"),
    path("entitlements/<int:use_id>/", one.use, name="use"),
    path("entitlements/<int:use_id>/act/<slug:name>/", one.act, name="act"),
]
