"""Labels on devices, and reports that strangers make by them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.channels import tokens, words
from luyue.channels.models import Label, LabelReport
from luyue.channels.queries import labels as queries
from luyue.desk import actions as desk
from luyue.desk import creation, links
from luyue.desk.models import Channel
from luyue.devices.models import Device
from luyue.domain.refusals import BadInput
from luyue.files import actions as files

LARGEST_PHOTO = 10 * 1024 * 1024  # bytes
LONGEST_TEXT = 2000  # characters


@transaction.atomic
def issue_labels(devices: Sequence[Device], *, actor: Person | None, now: datetime) -> list[Label]:
    """The valid label of each device, in order; those that have none get one. Raises NotAllowed."""
    require(actor, "manage_devices")
    # Locked, so that two sheets printed at once show the same codes.
    ids = [device.pk for device in devices]
    list(Device.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    valid = {label.device_id: label for label in queries.valid_labels(ids)}
    missing = [device for device in devices if device.pk not in valid]
    fresh = [
        Label(
            contract_id=device.contract_id, device=device, nonce=tokens.new_nonce(), issued_at=now, issued_by=actor
        )
        for device in missing
    ]  # fmt: skip
    valid |= {label.device_id: label for label in Label.objects.bulk_create(fresh)}
    for label in fresh:
        ledger.record(
            "label.issued", contract_id=label.contract_id, subject=("device", label.device_id), actor=actor, at=now,
            now=now, data={"label": label.pk},
        )  # fmt: skip
    return [valid[number] for number in ids]


@transaction.atomic
def reissue_label(device: Device, *, actor: Person | None, now: datetime) -> Label:
    """End the device's label and make another: the printed one opens nothing any more. Raises NotAllowed."""
    revoke_label(device, actor=actor, now=now)
    return issue_labels([device], actor=actor, now=now)[0]


@transaction.atomic
def revoke_label(device: Device, *, actor: Person | None, now: datetime) -> None:
    """End the device's label, if it has one. Raises NotAllowed."""
    require(actor, "manage_devices")
    for label in Label.objects.select_for_update().filter(device=device, revoked_at=None):
        label.revoked_at = now
        label.save(update_fields=["revoked_at"])
        ledger.record(
            "label.revoked", contract_id=label.contract_id, subject=("device", device.pk), actor=actor, at=now, now=now,
            data={"label": label.pk},
        )  # fmt: skip


@transaction.atomic
def report_by_label(
    label: Label,
    *,
    problem: str,
    text: str,
    name: str,
    phone: str,
    form_key: str,
    now: datetime,
    photo: tuple[str, bytes] | None = None,
    join: bool = False,
) -> LabelReport:
    """Report the fault of a labelled device (D-1), or add oneself to the report that is open. No log-in: no actor.

    The same form sent twice is one report. join: add to the device's open case; if it has none any more, a new case
    is made, for the fault is there.

    Args:
        problem: one of the quick choices, "" or "other"; text says the rest.
        photo: name and content.
    Raises:
        BadInput: nothing said about what is wrong, no name or phone, or a photo that is none or too large.
    """
    _check_report(problem, text, name, phone, form_key, photo)
    # Locked: of two forms about one device the second sees the case of the first.
    Label.objects.select_for_update(of=("self",)).get(pk=label.pk)
    if (before := LabelReport.objects.filter(label=label, form_key=form_key).first()) is not None:
        return before
    device = label.device
    said = _said(problem, text, device.kind)
    case = queries.open_case_of(device) if join else None
    joined = case is not None
    if case is None:
        title = f"{device.name} {said[0]}"[: creation.LONGEST_TITLE]
        case = desk.report_case(
            label.contract_id, title=title, description="\n".join(said[1:]), kind="fault", channel=Channel.LABEL,
            device=device, reporter_name=name, reporter_phone=phone, idempotency_key=f"label:{label.pk}:{form_key}",
            actor=None, at=now, now=now,
        )  # fmt: skip
    else:
        links.report_again(
            case.pk, reporter_name=name, reporter_phone=phone, note="；".join(said), by=Channel.LABEL, actor=None,
            at=now, now=now,
        )  # fmt: skip
    if photo is not None:
        files.attach(
            photo[1], name=photo[0], kind="photo", subject=("case", case.pk), contract_id=label.contract_id,
            actor=None, now=now, note=name.strip(), only_pictures=True,
        )  # fmt: skip
    made = LabelReport.objects.create(
        contract_id=label.contract_id, label=label, case=case, nonce=tokens.new_nonce(), form_key=form_key,
        name=name.strip(), phone=phone.strip(), joined=joined, reported_at=now,
    )  # fmt: skip
    ledger.record(
        "label.reported", contract_id=label.contract_id, subject=("case", case.pk), actor=None, at=now, now=now,
        data={"label": label.pk, "device": device.pk, "name": made.name, "joined": joined},
    )  # fmt: skip
    return made


def _said(problem: str, text: str, kind: str) -> list[str]:
    """What is wrong, in the language of the desk: the choice, then what was typed."""
    with translation.override("zh-hans"):
        chosen = words.problem_word(kind, problem)
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return ([chosen] if chosen else []) + lines


def _check_report(
    problem: str, text: str, name: str, phone: str, form_key: str, photo: tuple[str, bytes] | None
) -> None:
    if problem in ("", "other") and not text.strip():
        raise BadInput(field="text", problem="missing")
    for field, value, longest in (
        ("text", text, LONGEST_TEXT), ("name", name, 60), ("phone", phone, 30), ("form_key", form_key, 60),
    ):  # fmt: skip
        if field != "text" and not value.strip():
            raise BadInput(field=field, problem="missing")
        if len(value) > longest:
            raise BadInput(field=field, problem="too_long", limit=longest)
        if "\0" in value:
            raise BadInput(field=field, problem="bad_character")
    if photo is not None and len(photo[1]) > LARGEST_PHOTO:
        raise BadInput(field="photo", problem="too_large", limit=LARGEST_PHOTO)
