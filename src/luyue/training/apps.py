from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "luyue.training"
    label = "training"
    verbose_name = "培训"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds
        from luyue.training.messages import KINDS
        from luyue.training.words import EVENTS

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("培训和会议"))
