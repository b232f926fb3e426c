from django.apps import AppConfig


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
        name_kinds(*KINDS)
