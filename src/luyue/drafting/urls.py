"""Addresses of drafts, and of the document behind a plan version."""

from django.urls import path

from luyue.drafting.pages import against, deciding, editing, listing, review, versions

app_name = "drafting"
urlpatterns = [
    path("drafts/", listing.draft_list, name="list"),
    path("drafts/new/", listing.new, name="new"),
    path("drafts/<int:plan_draft_id>/", review.one, name="draft"),
    path("drafts/<int:plan_draft_id>/progress/", review.progress, name="progress"),
    path("drafts/<int:plan_draft_id>/document/", review.document, name="document"),
    path("drafts/<int:plan_draft_id>/plan.yaml", review.plan_text, name="plan_text"),
    path("drafts/<int:plan_draft_id>/newer/", listing.newer, name="newer"),
    path("drafts/<int:plan_draft_id>/against/", against.against, name="against"),
    path("drafts/<int:plan_draft_id>/again/", listing.again, name="again"),
    path("drafts/<int:plan_draft_id>/second-reader/", review.ask_second_reader, name="ask_second_reader"),
    path(
        "drafts/<int:plan_draft_id>/second-reader/progress/", review.second_progress, name="second_progress"
    ),
    path("drafts/<int:plan_draft_id>/decide/", deciding.decide, name="decide"),
    path("drafts/<int:plan_draft_id>/undo/", deciding.undo, name="undo"),
    path("drafts/<int:plan_draft_id>/aside/", deciding.aside, name="aside"),
    path("drafts/<int:plan_draft_id>/add/", editing.add, name="add"),
    path("drafts/<int:plan_draft_id>/name/", editing.name, name="name"),
    path("drafts/<int:plan_draft_id>/adopt/", versions.adopt, name="adopt"),
    path("drafts/promises/<int:drafted_id>/", editing.edit, name="edit"),
    path("drafts/promises/<int:drafted_id>/split/", editing.split, name="split"),
    path("drafts/promises/<int:drafted_id>/answer/", deciding.answer, name="answer"),
    path("plans/<int:version_id>/document/", versions.behind, name="behind"),
]
