from django.urls import path

from luyue.measures.pages import entering, listing, one

app_name = "measures"
urlpatterns = [
    path("quotas/", listing.quota_list, name="list"),
    path("quotas/<int:turn_id>/", one.page, name="one"),
    path("quotas/<int:turn_id>/act/<slug:name>/", one.act, name="act"),
    path("quotas/measurements/<int:measurement_id>/", one.measurement, name="measurement"),
    path("quotas/measurements/<int:measurement_id>/waive/", one.waive, name="waive"),
    path("quotas/measurements/<int:measurement_id>/answer/", one.answer, name="answer"),
    path("quotas/readings/<int:reading_id>/strike/", entering.strike_reading, name="strike-reading"),
    path("quotas/exclusions/<int:exclusion_id>/strike/", entering.strike_exclusion, name="strike-exclusion"),
    path("quotas/contract/<int:contract_id>/reading/", entering.reading, name="reading"),
    path("quotas/contract/<int:contract_id>/exclusions/", entering.exclusions, name="exclusions"),
    path("quotas/contract/<int:contract_id>/parts/", entering.parts, name="parts"),
    path("quotas/contract/<int:contract_id>/import/", entering.imports, name="imports"),
    path("quotas/files/<int:reading_file_id>/", entering.file, name="file"),
    path("quotas/files/<int:reading_file_id>/drop/", entering.drop, name="drop"),
]
