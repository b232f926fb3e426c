"""Labels of a contract's devices: which have one, calling one back, the sheet to print."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luyue.channels.actions import labels as actions
from luyue.channels.models import Label
from luyue.contracts import queries as contracts
from luyue.devices import queries as devices
from luyue.devices.models import Device
from luyue.domain.refusals import NotAllowed, NotFound
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
MOST_SITES = 200


def _spec(contract_id: int) -> ListSpec:
    sites = devices.sites_of(contract_id).values_list("pk", "name")[:MOST_SITES]
    return ListSpec(
        filters=(
            Filter("site", gettext_lazy("点位"), [(str(pk), name) for pk, name in sites], multiple=False),
            Filter(
                "label", gettext_lazy("标签"), [("yes", gettext_lazy("有")), ("no", gettext_lazy("没有"))],
                multiple=False,
            ),
        ),
        sorts=(
            Sort("name", gettext_lazy("名称"), ("name", "id")),
            Sort("serial", gettext_lazy("序列号"), ("serial", "id")),
        ),
        search=True,
    )  # fmt: skip


@login_required
@require_GET
def labels(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Devices of a contract with their labels."""
    of = contracts.contract(contract_id)
    _check(request)
    state = _spec(of.pk).read(request.GET)
    found = _found(of.pk, state)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    facts = {"contract": of, "list": state, "page": page, "total": capped_count(found)}
    return render(request, "channels/labels.html", facts)


@login_required
@require_POST
def reissue(request: HttpRequest, contract_id: int, device_id: int) -> HttpResponse:
    """End a device's label and make another; or only end it."""
    device = _device(contract_id, device_id)
    if request.POST.get("act") == "revoke":
        actions.revoke_label(device, actor=request.user, now=timezone.now())
        messages.success(request, _("标签已停用。"))
    else:
        actions.reissue_label(device, actor=request.user, now=timezone.now())
        messages.success(request, _("已换新标签，请重新打印；旧的扫了打不开。"))
    return redirect("channels:labels", contract_id)


def _device(contract_id: int, device_id: int) -> Device:
    found = devices.devices_of(contract_id).filter(pk=device_id).first()
    if found is None:
        raise NotFound(subject="device")
    return found


def _found(contract_id: int, state: ListState) -> QuerySet[Device]:
    valid = Label.objects.filter(revoked_at=None)
    found = devices.devices_of(contract_id).select_related("site")
    found = found.prefetch_related(Prefetch("labels", valid, to_attr="valid_labels"))
    if site := state.one("site"):
        found = found.filter(site_id=int(site))
    if wish := state.one("label"):
        has = Exists(valid.filter(device=OuterRef("pk")))
        found = found.filter(has if wish == "yes" else ~has)
    if state.q:
        found = found.filter(
            Q(name__icontains=state.q) | Q(serial__icontains=state.q) | Q(site__name__icontains=state.q)
        )
    return found


def _check(request: HttpRequest) -> None:
    if not request.user.may("manage_devices"):
        raise NotAllowed(act="manage_devices")
