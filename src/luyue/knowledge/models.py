"""Articles, their versions, and the cases they helped with (C-4)."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.domain import articles


class Kind(models.TextChoices):
    """What an article tells about."""

    FAULT = "fault", _("已知故障")
    EMERGENCY = "emergency", _("应急情况")
    HOWTO = "howto", _("操作方法")


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    IN_REVIEW = "in_review", _("待审核")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤下")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    IN_REVIEW = "in_review", _("待审核")
    APPROVED = "approved", _("已通过")
    REJECTED = "rejected", _("已退回")


class Article(models.Model):
    """知识条目. Without a contract it is the firm's own and holds nothing of a customer; else it stays behind the wall.

    current: the version that people read; empty until one was approved. device_kinds: kinds of devices it is about.
    words: indexed words of the current version. used: cases in which it helped.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("类别"), max_length=20, choices=Kind, default=Kind.FAULT)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    title = models.CharField(_("标题"), max_length=150)
    device_kinds = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    for_customers = models.BooleanField(_("客户可见"), default=False)
    current = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+")
    used = models.PositiveIntegerField(_("用上次数"), default=0)
    last_used_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField(_("更新"))
    words = SearchVectorField(null=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex("words", name="article_words"),
            models.Index(fields=["-changed_at", "-id"], name="article_changed"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=articles.STATES), name="article_state_known"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(current__isnull=False), name="article_published_has_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """What people call it by, e.g. ZS00042."""
        return f"ZS{self.pk:05d}"


class Version(models.Model):
    """One version of an article's text. Once it was submitted it is never changed; a correction is a new version."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=VersionState, default=VersionState.DRAFT)
    title = models.CharField(_("标题"), max_length=150)
    symptom = models.TextField(_("现象"))
    cause = models.TextField(_("原因"), blank=True)
    remedy = models.TextField(_("处理办法"))
    prevention = models.TextField(_("预防"), blank=True)
    change_note = models.CharField(_("改了什么"), max_length=200, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    writer_name = models.CharField(max_length=60, blank=True)
    written_at = models.DateTimeField()
    reviewer_name = models.CharField(max_length=60, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["article", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint("article", "number", name="article_version_once"),
            # One open version at a time: two drafts would overwrite each other.
            models.UniqueConstraint(
                "article",
                condition=Q(state__in=["draft", "in_review", "rejected"]),
                name="article_one_open_version",
            ),
            models.CheckConstraint(
                condition=Q(state__in=articles.VERSION_STATES), name="article_version_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Use(models.Model):
    """An article that helped with a case, in the version that was read."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="uses")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=60, blank=True)
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("article", "case", name="article_used_once")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.case_id}"
