from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowUpsConfig(AppConfig):
    name = "luyue.follow_ups"
    label = "follow_ups"
    verbose_name = "回访"

    def ready(self) -> None:
        from luyue.follow_ups.words import EVENTS, KINDS
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("回访和评价"))
