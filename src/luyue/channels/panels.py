"""What intake besides the desk adds to other pages."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from luyue.contracts.models import Contract


def label_button(request: HttpRequest, thing: object) -> str:
    """The way from a contract's devices to their labels."""
    assert isinstance(thing, Contract)
    if not request.user.may("manage_devices"):  # type: ignore[union-attr]
        return ""
    return render_to_string("channels/_label_button.html", {"contract": thing}, request)
