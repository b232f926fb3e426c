"""Lists of sites and devices: of one contract, and of all."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_of, person_with
from luyue.contracts import queries as contracts
from luyue.contracts.forms import blame
from luyue.contracts.models import Contract
from luyue.devices import actions, queries
from luyue.devices.forms import DeviceForm, SiteForm
from luyue.devices.kinds import kind_word
from luyue.devices.models import Device, Site
from luyue.domain.refusals import IllegalMove, NotAllowed, Refusal
from luyue.web.lists import ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
SITES_SHOWN = 200
LIST = ListSpec(
    sorts=(
        Sort("name", gettext_lazy("名称"), ("name", "id")),
        Sort("serial", gettext_lazy("序列号"), ("serial", "id")),
        Sort("kind", gettext_lazy("类别"), ("kind", "id")),
    ),
    search=True,
)


@login_required
@require_GET
def device_list(request: HttpRequest) -> HttpResponse:
    """Devices of all contracts in scope."""
    state = LIST.read(request.GET)
    found = _found(Device.objects.select_related("site", "contract"), state)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    return render(request, "devices/list.html", {"list": state, "page": page, "total": capped_count(found)})


@login_required
@require_GET
def contract_devices(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Sites and devices of one contract, with forms to add some."""
    of = contracts.contract(contract_id)
    return _show(
        request, of, SiteForm(units=contracts.units_of(of)), DeviceForm(sites=queries.sites_of(of.pk))
    )


def _show(
    request: HttpRequest, of: Contract, site_form: SiteForm, device_form: DeviceForm, status: int = 200
) -> HttpResponse:
    state = LIST.read(request.GET)
    found = _found(queries.devices_of(of.pk), state)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    sites = queries.sites_of(of.pk).annotate(number=Count("devices")).order_by("name", "id")
    facts = {
        "contract": of,
        "list": state,
        "page": page,
        "total": capped_count(found),
        "sites": sites[:SITES_SHOWN],
        "site_total": capped_count(queries.sites_of(of.pk)),
        "site_form": site_form,
        "device_form": device_form,
        "may_add": person_of(request).may("manage_devices"),
    }
    return render(request, "devices/contract.html", facts, status=status)


@login_required
@require_POST
def add_site(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Add a site to a contract."""
    of = contracts.contract(contract_id)
    form = SiteForm(request.POST, units=contracts.units_of(of))
    if form.is_valid() and _done(form, lambda data: actions.add_site(of.pk, **data), request):
        messages.success(request, _("点位已加入。"))
        return redirect("devices:contract", of.pk)
    return _show(request, of, form, DeviceForm(sites=queries.sites_of(of.pk)), status=422)


@login_required
@require_POST
def add_device(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Add a device to a contract."""
    of = contracts.contract(contract_id)
    form = DeviceForm(request.POST, sites=queries.sites_of(of.pk))
    if form.is_valid() and _done(form, lambda data: actions.add_device(of.pk, **data), request):
        messages.success(request, _("设备已加入。"))
        return redirect("devices:contract", of.pk)
    return _show(request, of, SiteForm(units=contracts.units_of(of)), form, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def change_device(request: HttpRequest, device_id: int) -> HttpResponse:
    """Correct a device."""
    person_with(request, "manage_devices")
    one = queries.device(device_id)
    facts = {
        "kind": kind_word(one.kind),
        "name": one.name,
        "serial": one.serial,
        "model": one.model,
        "site": one.site_id,
    }
    form = DeviceForm(request.POST or None, sites=queries.sites_of(one.contract_id), initial=facts)
    if form.is_valid() and _done(form, lambda data: actions.change_device(one.pk, **data), request):
        messages.success(request, _("已保存。"))
        return redirect("devices:contract", one.contract_id)
    return _one(request, one, form, reverse("devices:remove", args=[one.pk]))


@login_required
@require_http_methods(["GET", "POST"])
def change_site(request: HttpRequest, site_id: int) -> HttpResponse:
    """Correct a site."""
    person_with(request, "manage_devices")
    one = queries.site(site_id)
    names = ("name", "address", "latitude", "longitude")
    facts = {name: getattr(one, name) for name in names} | {"unit": one.unit_id}
    form = SiteForm(request.POST or None, units=contracts.units_of(one.contract), initial=facts)
    if form.is_valid() and _done(form, lambda data: actions.change_site(one.pk, **data), request):
        messages.success(request, _("已保存。"))
        return redirect("devices:contract", one.contract_id)
    return _one(request, one, form, reverse("devices:remove_site", args=[one.pk]))


def _one(request: HttpRequest, one: Device | Site, form: DeviceForm | SiteForm, remove: str) -> HttpResponse:
    facts = {"one": one, "contract": one.contract, "form": form, "remove": remove}
    return render(request, "devices/one.html", facts, status=422 if form.errors else 200)


@login_required
@require_POST
def remove_device(request: HttpRequest, device_id: int) -> HttpResponse:
    """Take a device out that was entered by mistake."""
    person_with(request, "manage_devices")
    return _removed(request, queries.device(device_id), actions.remove_device)


@login_required
@require_POST
def remove_site(request: HttpRequest, site_id: int) -> HttpResponse:
    """Take a site out that was entered by mistake."""
    person_with(request, "manage_devices")
    return _removed(request, queries.site(site_id), actions.remove_site)


def _removed(request: HttpRequest, one: Device | Site, act: Any) -> HttpResponse:
    name, number = one.name, one.pk
    try:
        act(number, actor=request.user, now=timezone.now())
    except IllegalMove:
        messages.error(
            request, _("{name} 已有记录（服务请求、巡检、设备……），不能删除；可以改名。").format(name=name)
        )
        return redirect("devices:device" if isinstance(one, Device) else "devices:site", number)
    messages.success(request, _("{name} 已删除。").format(name=name))
    return redirect("devices:contract", one.contract_id)


def _done(form: Any, act: Any, request: HttpRequest) -> bool:
    """Whether the act was done; what was refused about the input is shown in the form."""
    try:
        act(form.cleaned_data | {"actor": request.user, "now": timezone.now()})
    except NotAllowed:
        raise
    except Refusal as refusal:
        blame(form, refusal)
        return False
    return True


def _found(rows: QuerySet[Device], state: ListState) -> QuerySet[Device]:
    if not state.q:
        return rows
    return rows.filter(
        Q(name__icontains=state.q)
        | Q(serial__icontains=state.q)
        | Q(kind__icontains=state.q)
        | Q(model__icontains=state.q)
        | Q(site__name__icontains=state.q)
    )
