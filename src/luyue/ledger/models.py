"""One table: what happened, who did it, when, and when that was written down."""

from django.db import models


class Event(models.Model):
    """One act. Rows come from `luyue.ledger.record` only and are never changed: the database refuses it.

    occurred_at: when it happened; recorded_at: when it was entered. digest: see `luyue.ledger.digest`.
    """

    id = models.BigAutoField(primary_key=True)
    contract_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="ledger_event_subject"),
            models.Index(fields=["contract_id", "id"], name="ledger_event_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}/{self.subject_id}"
