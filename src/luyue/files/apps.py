from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "luyue.files"
    label = "files"
    verbose_name = "附件"

    def ready(self) -> None:
        from luyue.files.words import EVENTS
        from luyue.ledger.words import name_events

        name_events(EVENTS)
