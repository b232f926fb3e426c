from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "luyue.surveys"
    label = "surveys"
    verbose_name = "满意度"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds
        from luyue.surveys.words import EVENTS, MESSAGES

        name_events(EVENTS)
        name_kinds(*MESSAGES, topic=_("回访和评价"))
