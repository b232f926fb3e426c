"""Start-up: hands the reactions to the ledger."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "luyue.project"
    label = "project"

    def ready(self) -> None:
        from luyue.ledger import react_with
        from luyue.project.reactions import REACTIONS

        react_with(REACTIONS)
