"""Addresses of trainings and meetings."""

from django.urls import path

from luyue.training.pages import courses, holding, hours, listing, plan_session, plans, session, strangers

app_name = "training"
urlpatterns = [
    # Open to strangers; short, since they are shown as QR codes.
    path("t/<str:sign_token>/", strangers.sign_in, name="sign_in"),
    path("t/a/<str:attendance_token>/", strangers.own, name="own"),
    path("t/a/<str:attendance_token>/feedback/", strangers.own_feedback, name="own_feedback"),
    path("t/c/<str:certificate_token>/", strangers.verify, name="verify"),
    path("training/", listing.session_list, name="list"),
    path("training/calendar/", listing.calendar, name="calendar"),
    path("training/new/", plan_session.plan, name="plan_session"),
    path("training/hours/", hours.page, name="hours"),
    path("training/courses/", courses.course_list, name="courses"),
    path("training/courses/new/", courses.new, name="new_course"),
    path("training/courses/<slug:course_code>/", courses.page, name="course"),
    path("training/courses/<slug:course_code>/files/<int:material_id>/", courses.material, name="material"),
    path("training/plans/<int:training_plan_id>/", plans.page, name="plan"),
    path("training/plans/<int:training_plan_id>/lines/new/", plans.line, name="new_line"),
    path("training/plans/<int:training_plan_id>/lines/<int:line_id>/", plans.line, name="line"),
    path("training/plans/<int:training_plan_id>/do/<slug:name>/", plans.act, name="plan_act"),
    path("training/sessions/<int:training_session_id>/", session.page, name="session"),
    path("training/sessions/<int:training_session_id>/change/", plan_session.change, name="change"),
    path("training/sessions/<int:training_session_id>/finish/", session.finish, name="finish"),
    path("training/sessions/<int:training_session_id>/projector/", holding.projector, name="projector"),
    path("training/sessions/<int:training_session_id>/list/", holding.ticks, name="ticks"),
    path("training/sessions/<int:training_session_id>/list/<int:attendance_id>/", holding.tick, name="tick"),
    path("training/sessions/<int:training_session_id>/scores/", holding.scores, name="scores"),
    path(
        "training/sessions/<int:training_session_id>/feedback/<int:attendance_id>/",
        holding.feedback,
        name="feedback",
    ),
    path(
        "training/sessions/<int:training_session_id>/certificates/<int:attendance_id>/",
        holding.certificate,
        name="certificate",
    ),
    path("training/sessions/<int:training_session_id>/do/<slug:name>/", session.act, name="act"),
    path("contracts/<int:contract_id>/training/", plans.of_contract, name="contract"),
]
