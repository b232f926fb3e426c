"""Addresses of log-in, people and tokens."""

from django.urls import path

from luyue.accounts import pages

app_name = "accounts"
urlpatterns = [
    path("login/", pages.log_in, name="login"),
    path("logout/", pages.log_out, name="logout"),
    path("me/", pages.me, name="me"),
    path("me/password/", pages.own_password, name="password"),
    path("people/", pages.people, name="people"),
    path("people/add/", pages.add_person, name="add"),
    path("people/<int:person_id>/", pages.person, name="person"),
    path("people/<int:person_id>/password/", pages.password, name="set_password"),
    path("people/<int:person_id>/deactivate/", pages.deactivate, name="deactivate"),
    path("people/<int:person_id>/activate/", pages.activate, name="activate"),
    path("people/<int:person_id>/token/", pages.issue_token, name="issue_token"),
    path("tokens/<int:token_id>/revoke/", pages.revoke_token, name="revoke_token"),
]
