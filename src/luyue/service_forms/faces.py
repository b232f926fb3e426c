"""Forms as pages show them in lists and cards."""

from typing import Any

from luyue.domain.service_forms import content
from luyue.service_forms import words
from luyue.service_forms.forms import said
from luyue.service_forms.models import ServiceForm


def row(form: ServiceForm) -> dict[str, Any]:
    """A form in a list: title, state, and what a draft still lacks."""
    icon, tone = words.STATES[form.shown_state]
    return {
        "form": form, "title": said(form.of_kind.title), "icon": icon, "tone": tone,
        "state": words.state_word(form.shown_state),
        "lacking": [said(item.label) for item in content.lacking(form.of_kind, form.facts)] if form.is_draft else [],
    }  # fmt: skip
