"""Acts on an order as its page offers them: word, icon, and the form of those that ask for something."""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luyue.accounts.models import Person
from luyue.domain import work_orders
from luyue.field import forms
from luyue.field.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Act:
    """One act. form None: it is done by its button alone."""

    name: str
    label: object
    icon: str
    form: type[forms.ActForm] | None = None
    danger: bool = False

    @property
    def asks(self) -> bool:
        """Whether it has a form. Templates ask this: the form itself is a class, which they would call."""
        return self.form is not None


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("accept", _("接单"), "check"),
        Act("depart", _("出发"), "truck"),
        Act("arrive", _("到场"), "map-pin"),
        Act("start", _("开始作业"), "player-play"),
        Act("finish", _("完成"), "circle-check", forms.FinishForm),
        Act("unsolved", _("没有解决"), "alert-triangle", forms.UnsolvedForm, danger=True),
        Act("confirm", _("客户签字"), "signature", forms.ConfirmForm),
        Act("refuse", _("客户未签"), "hand-stop", forms.RefuseForm),
        Act("log", _("写记录"), "note", forms.LogForm),
        Act("photo", _("拍照"), "camera", forms.PhotoForm),
        Act("part", _("用了备件"), "package", forms.PartForm),
        Act("paper", _("交抢修资料"), "file-plus", forms.PaperForm),
        Act("check", _("安全检查"), "shield-check", forms.CheckForm),
        Act("look", _("检查设备"), "clipboard-check"),
        Act("correct", _("更正时间"), "clock", forms.CorrectForm),
        Act("reject", _("退单"), "arrow-back-up", forms.ReasonForm, danger=True),
        Act("cancel", pgettext_lazy("work order", "取消工单"), "ban", forms.ReasonForm, danger=True),
    )
}
# In the order in which they stand below the main one.
_BESIDE = ("unsolved", "refuse", "log", "photo", "part", "paper", "correct", "reject", "cancel")


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page offers now: the one big button, and the rest."""

    main: Act | None
    rest: tuple[Act, ...]

    def __contains__(self, name: str) -> bool:
        return any(act.name == name for act in self.all)

    @property
    def all(self) -> tuple[Act, ...]:
        return (*((self.main,) if self.main else ()), *self.rest)


def offer(order: WorkOrder, person: Person, *, crew: bool) -> Offer:
    """The acts that the lifecycle and the person's part in the order allow now."""
    planner = person.may("plan_work_order")
    if not planner and not (crew and person.may("do_work_order")):
        return Offer(None, ())
    return offer_in(order.kind, order.state, planner=planner)


@cache
def offer_in(kind: str, state: str, *, planner: bool) -> Offer:
    """The acts that somebody who may do them has in a state of the order."""
    possible = work_orders.possible_acts(kind, state)
    natural = work_orders.next_act(kind, state)
    names = [
        name
        for name in ("accept", "depart", "arrive", "start", "finish", "confirm", *_BESIDE, "check")
        if name in possible and name != natural and (name != "cancel" or planner)
    ]
    # Who has accepted may also turn up without having said that he set out; it is not offered as the usual way.
    main = ACTS[natural] if natural in possible and natural else None
    return Offer(main, tuple(ACTS[name] for name in names))


@cache
def of_kind(kind: str, *, planner: bool) -> tuple[Act, ...]:
    """The acts that such an order can see at some time."""
    possible = {act for state in work_orders.STATES for act in work_orders.possible_acts(kind, state)}
    return tuple(act for act in ACTS.values() if act.name in possible and (act.name != "cancel" or planner))
