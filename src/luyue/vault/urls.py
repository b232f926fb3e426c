"""Addresses of secrets and remote sessions."""

from django.urls import path

from luyue.vault.pages import secrets, sessions

app_name = "vault"
urlpatterns = [
    path("secrets/", secrets.secret_list, name="secrets"),
    path("secrets/new/", secrets.add, name="secret-new"),
    path("secrets/<int:secret_id>/", secrets.one, name="secret"),
    path("secrets/<int:secret_id>/look/", secrets.look, name="look"),
    path("secrets/<int:secret_id>/copied/", secrets.copied, name="copied"),
    path("secrets/<int:secret_id>/change/", secrets.change, name="secret-change"),
    path("secrets/<int:secret_id>/describe/", secrets.describe, name="secret-describe"),
    path("secrets/<int:secret_id>/retire/", secrets.retire, name="secret-retire"),
    path("secrets/grants/<int:grant_id>/", secrets.decide, name="decide"),
    path("sessions/", sessions.session_list, name="sessions"),
    path("sessions/<int:session_id>/", sessions.one, name="session"),
    path("sessions/<int:session_id>/answer/", sessions.answer, name="session-answer"),
    path("sessions/<int:session_id>/start/", sessions.start, name="session-start"),
    path("sessions/<int:session_id>/withdraw/", sessions.withdraw, name="session-withdraw"),
    path("sessions/<int:session_id>/end/", sessions.end, name="session-end"),
    path("sessions/<int:session_id>/files/", sessions.attach, name="session-attach"),
    path("cases/<int:case_id>/sessions/new/", sessions.ask, name="session-ask"),
]
