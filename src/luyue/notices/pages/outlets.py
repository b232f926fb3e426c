"""发送通道: the administrator's page of group robots and SMS gateways."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.domain.refusals import NotAllowed, NotFound, Refusal
from luyue.ledger.encryption import Undecipherable
from luyue.notices import actions, http, kinds, queries, robots, sending
from luyue.notices.forms import GatewayForm, OutletForm, TestForm
from luyue.notices.models import Outlet
from luyue.notices.robots import Outcome
from luyue.notices.words import field_problem
from luyue.web.refusals import sentence

ICONS = {"sms": "phone", "wecom": "robot", "dingtalk": "robot", "feishu": "robot"}


@login_required
@require_GET
def outlets(request: HttpRequest) -> HttpResponse:
    """All outlets with their state, and whether mail is set up."""
    rows = list(queries.outlets(to=request.user))
    words = {one.kind: one.word for one in kinds.known()}
    facts = {
        "rows": [(row, ICONS[row.kind], [words.get(kind, kind) for kind in row.kinds]) for row in rows],
        "tab": "outlets",
        "kinds": Outlet.KINDS,
        "mail": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if settings.EMAIL_HOST else "",
        "mail_from": settings.DEFAULT_FROM_EMAIL,
        "dead": queries.undelivered(to=request.user).count(),
    }
    return render(request, "notices/outlets.html", facts)


@sensitive_post_parameters("address", "secret", "headers")
@login_required
@require_http_methods(["GET", "POST"])
def add_outlet(request: HttpRequest) -> HttpResponse:
    """A new one; `?kind=` says which service."""
    if not request.user.may("manage_messages"):
        raise NotAllowed(act="manage_messages")
    kind = request.GET.get("kind", robots.WECOM)
    if kind not in dict(Outlet.KINDS):
        raise NotFound(subject="outlet")
    return _edit(request, Outlet(kind=kind))


@sensitive_post_parameters("address", "secret", "headers")
@login_required
@require_http_methods(["GET", "POST"])
def outlet(request: HttpRequest, outlet_id: int) -> HttpResponse:
    """Change one, and try it."""
    return _edit(request, queries.outlet(outlet_id, to=request.user))


def _edit(request: HttpRequest, found: Outlet) -> HttpResponse:
    kind = GatewayForm if found.kind == robots.SMS else OutletForm
    form = kind(request.POST or None, outlet=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_outlet(
                found.pk, actor=request.user, now=timezone.now(), secrets=form.typed_secrets(),
                kind=found.kind, **form.facts(),
            )  # fmt: skip
        except Refusal as refusal:
            problem = field_problem(refusal)
            if problem is None:
                raise
            form.add_error(problem[0] if problem[0] in form.fields else None, problem[1])
        else:
            messages.success(request, _("已保存，请试发一条。"))
            return redirect("notices:outlet", outlet_id=saved.pk)
    facts = {
        "form": form, "outlet": found, "kind_word": found.get_kind_display(), "tab": "outlets",
        "test": TestForm(initial={"phone": request.user.phone}) if found.pk else None,
        "needs_phone": found.kind == robots.SMS,
    }  # fmt: skip
    return render(request, "notices/outlet.html", facts, status=422 if form.errors else 200)


@login_required
@require_POST
def test_outlet(request: HttpRequest, outlet_id: int) -> HttpResponse:
    """Send one message right now and show what the other side says."""
    found = queries.outlet(outlet_id, to=request.user)
    phone = ""
    if found.kind == robots.SMS:
        form = TestForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("请填试发的号码。"))
            return redirect("notices:outlet", outlet_id=outlet_id)
        phone = form.cleaned_data["phone"]
    text = _("履约试发：收到这条消息，说明通道“{name}”可以用。").format(name=found.name)
    try:
        verdict = sending.post(found, text, phone, timezone.now())
    except http.Unreachable as error:
        messages.error(request, _("没有应答：{reason}").format(reason=error))
    except Undecipherable as refusal:
        messages.error(request, sentence(refusal))
    else:
        if verdict.outcome is Outcome.SENT:
            messages.success(request, _("对方已收下，请到群里或手机上确认。"))
        else:
            messages.error(request, _("对方拒绝：{reason}").format(reason=verdict.reason))
    return redirect("notices:outlet", outlet_id=outlet_id)
