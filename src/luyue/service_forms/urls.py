"""Addresses of service forms."""

from django.urls import path

from luyue.service_forms.pages import forms, templates

app_name = "service_forms"
urlpatterns = [
    path("forms/", forms.form_list, name="list"),
    path("forms/templates/", templates.templates, name="templates"),
    path("forms/templates/letterhead/", templates.letterhead, name="letterhead"),
    path("forms/templates/<slug:kind>/<slug:language>/", templates.template, name="template"),
    path("forms/templates/<slug:kind>/<slug:language>/file/", templates.file, name="template_file"),
    path("forms/templates/<slug:kind>/<slug:language>/reset/", templates.reset, name="template_reset"),
    path("cases/<int:case_id>/forms/new/<slug:kind>/", forms.new, name="new"),
    path("forms/<int:form_id>/", forms.form_page, name="form"),
    path("forms/<int:form_id>/edit/", forms.edit, name="edit"),
    path("forms/<int:form_id>/discard/", forms.discard, name="discard"),
    path("forms/<int:form_id>/issue/", forms.issue, name="issue"),
    path("forms/<int:form_id>/hand-over/", forms.hand_over, name="hand_over"),
    path("forms/<int:form_id>/sign/", forms.sign, name="sign"),
    path("forms/<int:form_id>/paper/", forms.paper, name="paper"),
    path("forms/<int:form_id>/refuse/", forms.refuse, name="refuse"),
    path("forms/<int:form_id>/correct/", forms.correct, name="correct"),
    path("forms/<int:form_id>/pdf/", forms.pdf, name="pdf"),
    path("forms/<int:form_id>/word/", forms.word, name="word"),
    path("verify/<str:form_token>/", forms.verify, name="verify"),
]
