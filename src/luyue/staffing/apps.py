from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffingConfig(AppConfig):
    name = "luyue.staffing"
    label = "staffing"
    verbose_name = "人员承诺"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds
        from luyue.staffing.messages import KINDS
        from luyue.staffing.words import EVENTS

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("人员承诺"))
