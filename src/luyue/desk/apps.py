from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "luyue.desk"
    label = "desk"
    verbose_name = "服务台"

    def ready(self) -> None:
        from luyue.desk.messages import ABOUT_CASES, ABOUT_LIMITS
        from luyue.desk.words import EVENTS
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds

        name_events(EVENTS)
        name_kinds(*ABOUT_CASES, topic=_("服务请求"))
        name_kinds(*ABOUT_LIMITS, topic=_("时限和升级"))
