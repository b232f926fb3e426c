"""What sites and devices add to the page of a contract."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from luyue.contracts.models import Contract
from luyue.devices import queries


def counts_of_contract(request: HttpRequest, contract: Contract) -> str:
    """How many sites and devices it has, as two more of its facts."""
    facts = {
        "contract": contract,
        "sites": queries.sites_of(contract.pk).count(),
        "devices": queries.devices_of(contract.pk).count(),
    }
    return render_to_string("devices/_counts.html", facts, request)
