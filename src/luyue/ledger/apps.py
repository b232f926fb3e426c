from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "luyue.ledger"
    label = "ledger"
    verbose_name = "台账"
