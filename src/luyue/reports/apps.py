from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ReportsConfig(AppConfig):
    name = "luyue.reports"
    label = "reports"
    verbose_name = "报告"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds
        from luyue.reports import queries
        from luyue.reports.messages import KINDS
        from luyue.reports.words import EVENTS
        from luyue.service_forms.queries import add_register

        name_events(EVENTS)
        name_kinds(*KINDS, topic=pgettext_lazy("navigation", "报告"))
        add_register(queries.SUBJECT, queries.verified)
