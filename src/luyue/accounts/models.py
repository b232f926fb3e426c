"""People, the organisations they belong to, and the tokens their programs log in with."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from luyue.domain import rights


class Organisation(models.Model):
    """A firm or office: the provider itself, a customer or his sub-unit, a partner, a manufacturer."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", _("服务商")
        CUSTOMER = "customer", _("客户")
        PARTNER = "partner", _("服务网点")
        MANUFACTURER = "manufacturer", _("原厂")

    name = models.CharField(_("名称"), max_length=150)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("上级单位")
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("kind", "name", "parent", name="organisation_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="organisation_not_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person is here for; the acts it allows are in `luyue.domain.rights`."""

    OPERATOR = "operator", _("服务平台管理员")
    ENGINEER = "engineer", _("服务工程师")
    RESIDENT = "resident", _("驻场工程师")
    PROJECT_MANAGER = "project_manager", _("项目经理")
    SUPERVISOR = "supervisor", _("质量监督员")
    STOREKEEPER = "storekeeper", _("库管员")
    MANAGER = "manager", _("部门经理")
    GENERAL_MANAGER = "general_manager", _("总经理")
    ADMIN = "admin", _("系统管理员")
    CUSTOMER = "customer", _("客户")
    INSPECTOR = "inspector", _("监理")


# What a person may be in one contract besides his own role: levels of escalation that are nobody's post.
SERVING_ROLES = [
    *Role.choices,
    ("second_line", _("二线工程师")),
    ("technical_lead", _("技术负责人")),
    ("manufacturer", _("原厂")),
]


class People(BaseUserManager["Person"]):
    """Django's way to find a person by his log-in name; case does not matter."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who logs in."""

    username = models.CharField(_("登录名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    language = models.CharField(
        _("语言"), max_length=10, choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans"
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("单位")
    )
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    objects: ClassVar[People] = People()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="person_username_any_case"),
            models.CheckConstraint(condition=models.Q(role__in=rights.ROLES), name="person_role_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # the name Django's log-in asks for
        return self.active

    @property
    def sees_all(self) -> bool:
        """True if the role works on all contracts; else he sees those he is given."""
        return self.role in rights.SEES_ALL

    @property
    def outside(self) -> bool:
        """True if he is not of the firm: a customer's person or an inspector."""
        return self.role in rights.OUTSIDE

    def may(self, act: str) -> bool:
        """True if the role allows the act, see `luyue.domain.rights`."""
        return self.active and rights.allowed(self.role, act)


class ApiToken(models.Model):
    """A program's log-in in a person's name. Only the SHA-256 of the token is kept: 256 random bits need no salt."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(_("用途"), max_length=60)
    hash = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=8)  # its first letters, to tell tokens apart in the list
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
