"""Claiming an entitlement, recording a breach, writing down what a case was charged."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form, model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.desk import queries as desk
from luyue.desk.models import Case
from luyue.domain.entitlements import can_claim
from luyue.domain.refusals import BadInput
from luyue.entitlements import actions, queries
from luyue.entitlements.forms import BreachForm, ChargeForm, ClaimForm
from luyue.entitlements.ground import Rights, entitlements_of
from luyue.entitlements.words import PROBLEMS
from luyue.files import queries as files
from luyue.web.languages import language
from luyue.web.refusals import blame


def _done(form: Form, act: Callable[[dict[str, Any]], Any]) -> Any:
    """What the act made; None when the form or the act refuses, which then stands at the field."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except BadInput as refusal:
        blame(form, refusal, PROBLEMS)
        return None


def _case(request: HttpRequest, of: Contract) -> Case | None:
    """The case of the address, if it is one of the contract's."""
    given = request.GET.get("case", "")
    return (
        Case.objects.filter(contract=of, pk=int(given)).first()
        if given.isdecimal() and len(given) < 19
        else None
    )


@login_required
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Ask for an entitlement; `?promise=` and `?case=` choose."""
    person = person_with(request, "claim_entitlement")
    of = contracts.contract(contract_id)
    now = timezone.now()
    lang = language()
    offered = [
        (one.id, f"{one.clause} {one.text.in_(lang)}")
        for _running, one in Rights(of).on(local_day(now))
        if can_claim(one)
    ]
    case = _case(request, of)
    form = ClaimForm(
        request.POST or None, promises=offered, outside=person.outside,
        initial={"promise": request.GET.get("promise", "")[:80], "key": uuid4()},
    )  # fmt: skip
    if request.method == "POST":
        made = _done(
            form,
            lambda data: actions.claim(
                of.pk, data["promise"], what=data["what"], by=data.get("by") or "", key=data["key"],
                case_id=case.pk if case else None, actor=person, at=now, now=now,
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(
                request, _("已申请，办理结果会通知您。") if person.outside else _("已登记申请。")
            )
            return redirect("entitlements:use", made.pk)
    facts = {"contract": of, "form": form, "case": case, "offered": bool(offered)}
    return render(request, "entitlements/claim.html", facts, status=422 if request.method == "POST" else 200)


@login_required
@require_http_methods(["GET", "POST"])
def breach(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Record that an entitlement was broken; `?promise=` and `?case=` choose."""
    person = person_with(request, "record_breach")
    of = contracts.contract(contract_id)
    now = timezone.now()
    lang = language()
    offered = [
        (one.id, f"{one.clause} {one.text.in_(lang)}") for _running, one in entitlements_of(of.pk).values()
    ]
    case = _case(request, of)
    source = "complaint" if case is not None and case.kind == "complaint" else "hand"
    form = BreachForm(
        request.POST or None, request.FILES or None, promises=offered,
        initial={"promise": request.GET.get("promise", "")[:80], "source": source},
    )  # fmt: skip
    if request.method == "POST":
        upload = request.FILES.get("file")
        made = _done(
            form,
            lambda data: actions.record_breach(
                of.pk, data["promise"], what=data["what"], source=data["source"],
                case_id=case.pk if case else None, actor=person, at=data["at"] or now, now=now,
                attached=[(upload.name or "", upload.read())] if upload else (),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, _("已登记，项目经理会收到消息。"))
            return redirect("entitlements:use", made.pk)
    facts = {"contract": of, "form": form, "case": case}
    return render(request, "entitlements/breach.html", facts, status=422 if request.method == "POST" else 200)


@login_required
@require_http_methods(["GET", "POST"])
def charge(request: HttpRequest, case_id: int) -> HttpResponse:
    """What was really charged on a case."""
    person = person_with(request, "record_charge")
    case = desk.case(case_id)
    known = queries.charge_of(case.pk)
    form = ChargeForm(
        request.POST or None, request.FILES or None, initial=model_to_dict(known) if known is not None else {}
    )
    if request.method == "POST":
        upload = request.FILES.get("file")
        made = _done(
            form,
            lambda data: actions.record_charge(
                case.pk,
                actions.Charged(
                    **{name: value for name, value in data.items() if name not in ("file", "amount")},
                    amount=data["amount"] or 0,
                    file=(upload.name or "", upload.read()) if upload else None,
                ),
                actor=person,
                now=timezone.now(),
            ),
        )
        if made is not None:
            messages.success(request, _("已登记实际收费，相关权益已重新判定。"))
            return redirect("desk:case", case.pk)
    facts = {
        "case": case,
        "form": form,
        "files": list(files.attachments_of("charge", known.pk)) if known is not None else [],
    }
    return render(request, "entitlements/charge.html", facts, status=422 if request.method == "POST" else 200)
