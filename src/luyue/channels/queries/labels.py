"""Reads of labels: who holds one opens one device's form, and nothing else."""

from collections.abc import Iterable

from django.db.models import QuerySet

from luyue.channels import tokens
from luyue.channels.models import Label, LabelReport
from luyue.desk.models import Case
from luyue.devices.models import Device
from luyue.domain.cases import OPEN_STATES
from luyue.domain.refusals import NotFound
from luyue.ledger.wall import Scope


def label_of_token(token: str) -> Label:
    """The label that an address means, also one that was ended. Looks through the wall: the seal is the right to.

    Raises:
        NotFound: no such label, or the seal is wrong.
    """
    nonce = tokens.nonce_in(token)
    with Scope.everything().entered():
        found = Label.objects.select_related("device").filter(nonce=nonce).first() if nonce else None
    if found is None or not tokens.fits(token, purpose="label", about=found.device_id):
        raise NotFound(subject="label")
    return found


def report_of_token(token: str) -> LabelReport:
    """The report whose state an address shows. Raises NotFound."""
    nonce = tokens.nonce_in(token)
    with Scope.everything().entered():
        found = LabelReport.objects.select_related("case").filter(nonce=nonce).first() if nonce else None
    if found is None or not tokens.fits(token, purpose="watch", about=found.case_id):
        raise NotFound(subject="report")
    return found


def valid_labels(devices: Iterable[int]) -> QuerySet[Label]:
    """The labels in use of some devices."""
    return Label.objects.filter(device__in=list(devices), revoked_at=None)


def open_case_of(device: Device) -> Case | None:
    """The latest fault of a device that is not solved yet."""
    return (
        Case.objects.filter(device=device, kind="fault", state__in=OPEN_STATES)
        .defer("words")
        .order_by("-reported_at", "-id")
        .first()
    )
