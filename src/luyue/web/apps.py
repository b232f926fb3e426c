from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "luyue.web"
    label = "web"
    verbose_name = "页面"

    def ready(self) -> None:
        """One sentence for an empty field in all forms, as short as the actions say it."""
        Field.default_error_messages["required"] = _("请填写。")
