"""Addresses of field work."""

from django.urls import path

from luyue.field.pages import order, plan, today

app_name = "field"
urlpatterns = [
    path("field/", today.today, name="today"),
    path("dispatch/plan/", plan.plan_page, name="plan"),
    path("dispatch/plan/preview/", plan.preview, name="preview"),
    path("field/orders/<int:order_id>/", order.order_page, name="order"),
    path("field/orders/<int:order_id>/acts/", order.do, name="do"),
    path("field/orders/<int:order_id>/act/<slug:name>/", order.act_page, name="act"),
]
