"""Addresses of knowledge."""

from django.urls import path

from luyue.knowledge import pages

app_name = "knowledge"
urlpatterns = [
    path("articles/", pages.article_list, name="list"),
    path("articles/new/", pages.write, name="new"),
    path("articles/suggest/", pages.suggest, name="suggest"),
    path("articles/<int:article_id>/", pages.article_page, name="article"),
    path("articles/<int:article_id>/write/", pages.write, name="write"),
    path("articles/<int:article_id>/do/<slug:name>/", pages.act, name="act"),
    path("cases/<int:case_id>/articles/", pages.for_case, name="for_case"),
    path("cases/<int:case_id>/articles/<int:article_id>/", pages.use, name="use"),
]
