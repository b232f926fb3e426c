from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "luyue.measures"
    label = "measures"
    verbose_name = "指标"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.measures.messages import KINDS
        from luyue.measures.words import EVENTS
        from luyue.notices.kinds import name_kinds

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("指标"))
