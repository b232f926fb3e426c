from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldConfig(AppConfig):
    name = "luyue.field"
    label = "field"
    verbose_name = "现场"

    def ready(self) -> None:
        from luyue.desk.gates import add_gate
        from luyue.field.messages import KINDS
        from luyue.field.repairs import hold_case
        from luyue.field.words import EVENTS
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("派工和现场"))
        add_gate(hold_case)
