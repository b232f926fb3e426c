"""Service forms, the signatures on them, their numbers; the firm's own templates and heading."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.domain.service_forms.kinds import KINDS
from luyue.domain.service_forms.kinds import Kind as FormKind
from luyue.files.models import Attachment


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    ISSUED = "issued", _("已开具")
    SIGNED = "signed", _("已签字")
    REFUSED = "refused", _("已拒签")


# What is shown in place of the state of a form that was corrected.
REPLACED = "replaced"


class ServiceForm(models.Model):
    """单据. facts: all that stands on it, as `domain.service_forms` keeps it; frozen when it is issued.

    number: given when it is issued, without gaps for a contract, kind and year; a correction has the number of what it
    corrects and the next version. digest: SHA-256 of the content, what signatures are bound to; empty in a draft.
    replaced_at: when a correction of it was issued. heading: the firm's heading on that day. idempotency_key: the
    maker's own name for it, so that what is sent twice is made once. subject: what it reports on in the ledger's words,
    where that is more than its case; given: what that has told of the items that nobody types.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="forms")
    kind = models.CharField(_("种类"), max_length=20)
    number = models.CharField(_("编号"), max_length=90, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    reason = models.CharField(_("更正原因"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    facts = models.JSONField(default=dict)
    heading = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_name = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    issued_name = models.CharField(max_length=60, blank=True)
    issued_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refusal = models.TextField(_("拒签原因"), blank=True)
    refusal_scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    given = models.JSONField(default=dict)
    idempotency_key = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["contract", "-made_at", "-id"], name="form_contract_made"),
            models.Index(fields=["-made_at", "-id"], name="form_made"),
            models.Index(
                fields=["subject_kind", "subject_id"], condition=~Q(subject_kind=""), name="form_subject"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "contract", "number", "version", condition=~Q(number=""), name="form_number_once"
            ),
            models.UniqueConstraint(
                "contract", "idempotency_key", condition=~Q(idempotency_key=""), name="form_key_once"
            ),
            # One correction at a time: two would fight for the next version.
            models.UniqueConstraint("corrects", name="form_corrected_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="form_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(number="") & ~Q(digest="") & Q(issued_at__isnull=False)),
                name="form_issued_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.kind} v{self.version}"

    @property
    def of_kind(self) -> FormKind:
        return KINDS[self.kind]

    @property
    def shown_state(self) -> str:
        """The state as people see it: a form that was corrected counts no more."""
        return REPLACED if self.replaced_at else str(self.state)

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT


class Signature(models.Model):
    """A signature on a form. digest: the content that was signed. paper: signed on paper, the picture is its scan.

    about: what it was given on, when that was not the form: a work order by its number. file is then the order's own.
    """

    form = models.ForeignKey(ServiceForm, models.PROTECT, related_name="signatures")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    signer = models.CharField(max_length=20)
    name = models.CharField(_("姓名"), max_length=60)
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    paper = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    about = models.CharField(max_length=60, blank=True)
    signed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint("form", "signer", name="signature_once")]

    def __str__(self) -> str:
        return f"{self.signer} {self.name}"


class Counter(models.Model):
    """The last number given for a contract, kind and year."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("contract", "kind", "year", name="counter_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Template(models.Model):
    """The firm's own Word template of a kind and language; without one, Luyue's own counts.

    digest: SHA-256 of the file, whose content lies with those of attachments.
    """

    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    name = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(max_length=64)
    uploaded_name = models.CharField(max_length=60, blank=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("kind", "language", name="form_template_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"


class Letterhead(models.Model):
    """The firm's heading on its papers; one row. logo: SHA-256 of the picture, or empty."""

    name = models.CharField(_("单位名称"), max_length=150, blank=True)
    lines = models.TextField(_("地址和电话"), max_length=400, blank=True)
    logo = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="letterhead_is_one")]

    def __str__(self) -> str:
        return self.name
