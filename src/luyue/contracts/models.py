"""Customers, projects, contracts, the plan versions bound to them, and who may see which contract (P-4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """客户: the organisation that buys the service; a sub-unit has a parent."""

    name = models.CharField(_("名称"), max_length=150)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("上级单位")
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("name", "parent", name="customer_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="customer_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """项目: what was built for a customer."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="projects", verbose_name=_("客户"))
    name = models.CharField(_("名称"), max_length=150)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint("customer", "name", name="project_once")]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """合同: binds customer, project, plan and dates. All that belongs to a customer hangs on a contract.

    starts_on to ends_on, both included, is the time in which its promises run; ends_on empty: open end.
    """

    number = models.CharField(_("合同号"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts", verbose_name=_("客户"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name=_("项目")
    )
    award_on = models.DateField(_("中标日期"), null=True, blank=True)
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    delivery_on = models.DateField(_("交付日期"), null=True, blank=True)
    acceptance_on = models.DateField(_("验收日期"), null=True, blank=True)
    final_acceptance_on = models.DateField(_("终验日期"), null=True, blank=True)
    starts_on = models.DateField(_("服务开始"))
    ends_on = models.DateField(_("服务结束"), null=True, blank=True)
    grade = models.CharField(_("客户等级"), max_length=40, blank=True)
    options = models.JSONField(_("选购服务"), default=list, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class PlanVersion(models.Model):
    """One version of a service plan, kept as the file it came from. Never changed; a change is a new version."""

    plan = models.CharField(_("方案"), max_length=80)
    number = models.PositiveIntegerField(_("版本"))
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    source = models.TextField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint("plan", "number", name="plan_version_once"),
            models.UniqueConstraint("plan", "digest", name="plan_version_differs"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class Binding(models.Model):
    """A plan version in force for a contract from a day on; clocks that run keep the version they started with."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="bindings")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="bindings")
    effective_on = models.DateField(_("生效日期"))

    class Meta:
        ordering = ["contract", "effective_on"]
        constraints = [models.UniqueConstraint("contract", "effective_on", name="binding_once_a_day")]

    def __str__(self) -> str:
        return f"{self.plan_version} ({self.effective_on})"


class Figure(models.Model):
    """The contract's answer where the plan names no figure (P-7): who agreed to what, and when. The latest counts."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="figures")
    promise = models.CharField(max_length=80)
    value = models.CharField(_("约定"), max_length=60)
    agreed_by = models.CharField(_("同意人"), max_length=60)
    agreed_on = models.DateField(_("同意日期"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["promise", "id"]
        indexes = [models.Index(fields=["contract", "promise"], name="figure_contract_promise")]

    def __str__(self) -> str:
        return f"{self.promise}: {self.value}"


class Access(models.Model):
    """Who may see a contract, and in which role he serves it; escalation looks here for its people.

    unit: he sees only what belongs to this sub-unit of the customer; empty: all of the contract.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="access")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contract_access")
    role = models.CharField(_("角色"), max_length=20)
    unit = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("下级单位")
    )

    class Meta:
        constraints = [models.UniqueConstraint("contract", "person", name="access_once")]
        indexes = [models.Index(fields=["person"], name="access_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"
