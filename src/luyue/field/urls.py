"""Addresses of field work."""

from django.urls import path

from luyue.field.pages import app, board, order, plan, today

app_name = "field"
urlpatterns = [
    path("field/", today.today, name="today"),
    path("field/orders/", board.order_list, name="list"),
    path("field/orders/<int:order_id>/", order.order_page, name="order"),
    path("field/orders/<int:order_id>/ahead/", app.ahead, name="ahead"),
    path("field/token/", app.token, name="token"),
    path("field/offline/", app.offline, name="offline"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.worker, name="worker"),
    path("field/orders/<int:order_id>/report/", order.report, name="report"),
    path("field/orders/<int:order_id>/acts/", order.do, name="do"),
    path("field/orders/<int:order_id>/act/<slug:name>/", order.act_page, name="act"),
    path("dispatch/", board.board_page, name="board"),
    path("dispatch/plan/", plan.plan_page, name="plan"),
    path("dispatch/plan/preview/", plan.preview, name="preview"),
    path("dispatch/points/", board.points, name="points"),
    path("dispatch/points/add/", board.point_form, name="point_add"),
    path("dispatch/points/<int:point_id>/", board.point_form, name="point"),
    path("dispatch/reach/", board.reach, name="reach"),
    path("dispatch/absences/", board.absences, name="absences"),
    path("dispatch/absences/<int:absence_id>/remove/", board.remove_absence, name="remove_absence"),
]
