from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "luyue.field"
    label = "field"
    verbose_name = "现场"
