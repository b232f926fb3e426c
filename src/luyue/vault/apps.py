from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VaultConfig(AppConfig):
    name = "luyue.vault"
    label = "vault"
    verbose_name = "客户机密"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds
        from luyue.vault.messages import KINDS
        from luyue.vault.words import EVENTS

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("机密和远程会话"))
