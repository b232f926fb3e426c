from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "luyue.vault"
    label = "vault"
    verbose_name = "客户机密"
