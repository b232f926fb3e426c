"""Pages of secrets. None of them is kept by a browser; the content stands on one page only, for a minute."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.devices import queries as devices
from luyue.documents.excel import Book
from luyue.domain.refusals import IllegalMove, Refusal
from luyue.domain.vault import SHOWN_SECONDS, grant_holds, rotation
from luyue.ledger.words import event_word
from luyue.vault import actions, queries, words
from luyue.vault.forms import ChooseForm, ContentForm, DescribeForm, LookForm, NewSecretForm, blame
from luyue.vault.models import Secret
from luyue.web.downloads import download
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
HISTORY = 50
LIST = ListSpec(
    filters=(
        Filter("kind", gettext_lazy("类别"), Secret.Kind.choices),
        Filter("wish", gettext_lazy("查看申请"), [("asked", gettext_lazy("等我同意"))], multiple=False),
    ),
    sorts=(Sort("name", gettext_lazy("名称"), ("name", "id")),),
    search=True,
)


@login_required
@never_cache
@require_GET
def secret_list(request: HttpRequest) -> HttpResponse:
    """Secrets of all contracts in scope: what there is, never what it says."""
    person = person_with(request, "see_secrets")
    state = LIST.read(request.GET)
    found = queries.secrets()
    if kinds := state.chosen.get("kind"):
        found = found.filter(kind__in=kinds)
    if state.one("wish"):
        found = found.filter(pk__in=queries.to_approve(person).values("secret_id"))
    if state.q:
        found = found.filter(
            Q(name__icontains=state.q)
            | Q(device__name__icontains=state.q)
            | Q(site__name__icontains=state.q)
            | Q(contract__number__icontains=state.q)
        )
    if "export" in request.GET:
        rows = list(found.order_by("name", "id")[:5000])
        for contract_id in {one.contract_id for one in rows}:
            mine = sum(one.contract_id == contract_id for one in rows)
            actions.note_export(contract_id, rows=mine, actor=person, now=timezone.now())
        return download(workbook(rows), f"{_('机密清单')} {local_day(timezone.now())}.xlsx")
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    today = local_day(timezone.now())
    facts = {
        "list": state,
        "page": page,
        "rows": [(one, words.ROTATIONS.get(rotation(one.rotate_on, today))) for one in page.rows],
        "total": capped_count(found),
        "may_manage": person.may("manage_secret"),
    }
    return render(request, "vault/secrets.html", facts)


def workbook(rows: list[Secret]) -> bytes:
    """The list as a sheet: no secret is in it."""
    columns = [
        (_("名称"), 28), (_("类别"), 14), (_("合同号"), 14), (_("客户"), 24), (_("点位"), 20), (_("设备"), 28),
        (_("保管人"), 10), (_("更换日期"), 12), (_("双人"), 8),
    ]  # fmt: skip
    cells = (
        [
            one.name, one.get_kind_display(), one.contract.number, one.contract.customer.name, str(one.site or ""),
            str(one.device or ""), str(one.owner or ""), one.rotate_on, _("是") if one.two_persons else "",
        ]
        for one in rows
    )  # fmt: skip
    with Book(contracts.ZONE) as book:
        book.table(_("机密清单"), columns, cells)
    return book.content


@login_required
@never_cache
@sensitive_post_parameters("content")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new secret: first the contract, then the rest."""
    person = person_with(request, "manage_secret")
    offered = list(contracts.visible_contracts().order_by("number")[:200])
    asked = request.GET.get("contract", "")
    of = next((one for one in offered if str(one.pk) == asked), offered[0] if len(offered) == 1 else None)
    if of is None:
        return render(request, "vault/choose.html", {"form": ChooseForm(contracts=offered)})
    form = NewSecretForm(
        request.POST or None, sites=list(devices.sites_of(of.pk)[:300]), devices=list(devices.devices_of(of.pk)[:300]),
        people=_people(of.pk), initial={"owner": person.pk},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_secret(of.pk, actor=person, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("机密已登记。"))
            return redirect("vault:secret", secret_id=made.pk)
    facts = {"form": form, "contract": of}
    return render(request, "vault/secret_form.html", facts, status=422 if form.errors else 200)


def _people(contract_id: int) -> list[Person]:
    roles = ("engineer", "resident", "project_manager")
    return [person for person, _role in contracts.people_of(contract_id, roles=roles)]


@login_required
@never_cache
@require_GET
def one(request: HttpRequest, secret_id: int) -> HttpResponse:
    """What is known about a secret, and who looked at it."""
    person_with(request, "see_secrets")
    return _show(request, secret_id)


def _show(request: HttpRequest, secret_id: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    person = person_with(request, "see_secrets")
    now = timezone.now()
    secret = queries.secret(secret_id)
    may_open, may_approve = person.may("open_secret"), person.may("approve_secret")
    sessions = list(
        queries.sessions().filter(contract_id=secret.contract_id, state__in=["approved", "running"])[:20]
    )
    grants = list(queries.grants_of(secret.pk)[:10]) if secret.two_persons else []
    mine = next((one for one in grants if one.asked_by_id == person.pk), None)
    asked = request.GET.get("case", "")[:30]
    facts = {
        "secret": secret,
        "rotation": words.ROTATIONS.get(rotation(secret.rotate_on, local_day(now))),
        "look_form": (forms.get("look_form") or LookForm(sessions=sessions, initial={"case_number": asked}))
        if may_open
        else None,
        "needs_grant": secret.two_persons
        and not (mine is not None and grant_holds(mine.state, mine.decided_at, now)),
        "mine": mine,
        "to_decide": [one for one in grants if one.state == "asked" and one.asked_by_id != person.pk]
        if may_approve
        else [],
        "history": [(event, event_word(event.kind)) for event in queries.history_of(secret.pk)[:HISTORY]],
        "may_manage": person.may("manage_secret"),
        "shown_seconds": SHOWN_SECONDS,
    }
    return render(request, "vault/secret.html", facts, status=status)


@login_required
@never_cache
@sensitive_variables("content", "facts")
@require_POST
def look(request: HttpRequest, secret_id: int) -> HttpResponse:
    """Show the content for a minute. The look is on record in the same transaction."""
    person = person_with(request, "open_secret")
    secret = queries.secret(secret_id)
    sessions = list(
        queries.sessions().filter(contract_id=secret.contract_id, state__in=["approved", "running"])[:20]
    )
    form = LookForm(request.POST, sessions=sessions)
    if not form.is_valid():
        return _show(request, secret_id, status=422, look_form=form)
    given = form.facts()
    try:
        if request.POST.get("act") == "ask":
            given.pop("session_id")
            actions.ask_to_look(secret_id, actor=person, now=timezone.now(), **given)
            messages.success(request, _("已申请，等项目经理批准。"))
            return redirect("vault:secret", secret_id=secret_id)
        content = actions.look(secret_id, actor=person, now=timezone.now(), **given)
    except IllegalMove:
        form.add_error(None, _("这条机密要第二个人批准后才能看，请先申请。"))
        return _show(request, secret_id, status=422, look_form=form)
    except Refusal as refusal:
        if not refusal.facts.get("field"):
            raise
        blame(form, refusal)
        field = form.errors.pop("case", None)
        if field:
            form.add_error("case_number", field)
        return _show(request, secret_id, status=422, look_form=form)
    facts = {"secret": secret, "content": content, "seconds": SHOWN_SECONDS, "lines": content.count("\n") + 1}
    answer = render(request, "vault/shown.html", facts)
    # Without script the page goes away by itself, too.
    answer["Refresh"] = f"{SHOWN_SECONDS}; url=/secrets/{secret.pk}/"
    return answer


@login_required
@never_cache
@require_POST
def copied(request: HttpRequest, secret_id: int) -> HttpResponse:
    """The page says that its reader has copied the content."""
    person = person_with(request, "open_secret")
    actions.note_copy(secret_id, actor=person, now=timezone.now())
    return HttpResponse(status=204)


@login_required
@never_cache
@require_POST
def decide(request: HttpRequest, grant_id: int) -> HttpResponse:
    """The second person agrees, or not."""
    person = person_with(request, "approve_secret")
    done = actions.decide_look(
        grant_id, approve=request.POST.get("act") == "approve", actor=person, now=timezone.now()
    )
    messages.success(request, _("已记录。"))
    return redirect("vault:secret", secret_id=done.secret_id)


@login_required
@never_cache
@sensitive_post_parameters("content")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, secret_id: int) -> HttpResponse:
    """A new content."""
    person = person_with(request, "manage_secret")
    secret = queries.secret(secret_id)
    form = ContentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_secret(secret_id, actor=person, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("机密已更换，旧内容不再保留。"))
            return redirect("vault:secret", secret_id=secret_id)
    facts = {"form": form, "secret": secret, "title": _("更换机密")}
    return render(request, "vault/edit.html", facts, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, secret_id: int) -> HttpResponse:
    """What is known about it; or it is retired."""
    person = person_with(request, "manage_secret")
    secret = queries.secret(secret_id)
    initial = {
        "name": secret.name, "device": secret.device_id, "site": secret.site_id, "owner": secret.owner_id,
        "rotate_on": secret.rotate_on, "two_persons": secret.two_persons,
    }  # fmt: skip
    form = DescribeForm(
        request.POST or None, sites=list(devices.sites_of(secret.contract_id)[:300]),
        devices=list(devices.devices_of(secret.contract_id)[:300]), people=_people(secret.contract_id), initial=initial,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_secret(secret_id, actor=person, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("vault:secret", secret_id=secret_id)
    facts = {"form": form, "secret": secret, "title": _("修改机密资料")}
    return render(request, "vault/edit.html", facts, status=422 if form.errors else 200)


@login_required
@never_cache
@require_POST
def retire(request: HttpRequest, secret_id: int) -> HttpResponse:
    person = person_with(request, "manage_secret")
    actions.retire_secret(secret_id, reason=request.POST.get("reason", ""), actor=person, now=timezone.now())
    messages.success(request, _("已停用，内容已清除。"))
    return redirect("vault:secrets")
