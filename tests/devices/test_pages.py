"""Sites and devices inside a contract."""

import pytest
from django.urls import reverse

from luyue.contracts import actions as contracts
from luyue.devices.models import Device, Site
from luyue.ledger.wall import Scope, scope
from tests import factories as make


@pytest.fixture
def contract(db):
    with scope(Scope.everything()):
        return make.contract(plan=None)


def test_a_site_and_a_device_are_added_and_listed(client, contract):
    client.force_login(make.person("manager"))
    client.post(reverse("devices:add_site", args=[contract.pk]), {"name": "东门", "latitude": "30.2"})
    with scope(Scope.everything()):
        site = Site.objects.get()
    facts = {"kind": "摄像机", "name": "球机", "serial": "SN1", "site": site.pk}
    assert client.post(reverse("devices:add", args=[contract.pk]), facts).status_code == 302
    again = client.post(reverse("devices:add", args=[contract.pk]), facts)
    assert again.status_code == 422
    assert "serial" in again.context["device_form"].errors
    for name, arguments in (("devices:list", []), ("devices:contract", [contract.pk])):
        page = client.get(reverse(name, args=arguments), {"q": "sn1"})
        assert [one.serial for one in page.context["page"].rows] == ["SN1"]


def test_a_site_of_another_contract_is_not_offered_nor_taken(client, contract):
    with scope(Scope.everything()):
        other = Site.objects.create(contract=make.contract(plan=None), name="别处")
    client.force_login(make.person("manager"))
    facts = {"kind": "摄像机", "name": "球机", "serial": "SN1", "site": other.pk}
    assert client.post(reverse("devices:add", args=[contract.pk]), facts).status_code == 422
    with scope(Scope.everything()):
        assert not Device.objects.exists()


def test_devices_of_other_contracts_are_not_listed(client, contract):
    person = make.person("customer")
    with scope(Scope.everything()):
        mine = make.contract(plan=None)
        contracts.give_access(mine.pk, person=person, role="customer", actor=None, now=make.NOW)
        for one, serial in ((mine, "MINE"), (contract, "HIDDEN")):
            Device.objects.create(contract=one, kind="摄像机", name="球机", serial=serial)
    client.force_login(person)
    assert [one.serial for one in client.get(reverse("devices:list")).context["page"].rows] == ["MINE"]
    assert client.get(reverse("devices:contract", args=[contract.pk])).status_code == 404
    assert client.post(reverse("devices:add_site", args=[mine.pk]), {"name": "x"}).status_code == 403
