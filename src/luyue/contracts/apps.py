from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "luyue.contracts"
    label = "contracts"
    verbose_name = "合同"
