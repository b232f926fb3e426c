"""Addresses of promises of people."""

from django.urls import path

from luyue.staffing.pages import board, promise

app_name = "staffing"
urlpatterns = [
    path("contracts/<int:contract_id>/staffing/", board.board, name="board"),
    path("contracts/<int:contract_id>/staffing/<slug:post_promise>/", promise.one, name="promise"),
    path("staffing/posts/<int:post_id>/", promise.post, name="post"),
    path("staffing/checks/<int:check_id>/waiver/", promise.waiver, name="waiver"),
]
