"""我的消息设置: what one person wants to be told by which way, and when not."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from luyue.accounts.actions import change_person
from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.accounts.pages import speak
from luyue.domain.refusals import BadInput
from luyue.notices import actions, kinds, queries
from luyue.notices.forms import PreferenceForm, typed_ways
from luyue.notices.kinds import MENTION, SMS
from luyue.notices.models import Outlet, Preference
from luyue.notices.planning import chosen_ways
from luyue.notices.words import PERSONAL_WAYS, field_problem


@login_required
@require_http_methods(["GET", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    """One's own choices."""
    person = person_of(request)
    preference = queries.preference_of(person)
    shown = [one for one in kinds.known() if one.personal and (not one.firm or not person.outside)]
    form = PreferenceForm(request.POST or None, preference=preference, person=person)
    if request.method == "POST":
        ways = typed_ways(request.POST.getlist("ways"), shown)
        if form.is_valid() and _saved(form, person, preference.ways | ways):
            language = form.cleaned_data["language"]
            with translation.override(language):
                messages.success(request, _("已保存。"))
            return speak(redirect("notices:settings"), language)
        preference.ways = ways
    facts = {
        "form": form,
        "ways": PERSONAL_WAYS.items(),
        "groups": _groups(preference, shown),
        "advice": _advice(person),
    }
    return render(request, "notices/own.html", facts, status=422 if form.errors else 200)


def _saved(form: PreferenceForm, person: Person, ways: dict[str, list[str]]) -> bool:
    now = timezone.now()
    try:
        actions.choose_preferences(actor=person, ways=ways, now=now, **form.facts())
    except BadInput as refusal:
        field, text = field_problem(refusal) or ("", "")
        form.add_error(field if field in form.fields else None, text)
        return False
    change_person(person.pk, actor=person, now=now, language=form.cleaned_data["language"])
    return True


def _groups(preference: Preference, shown: list[kinds.MessageKind]) -> list[dict[str, object]]:
    """The kinds under their headings; fits: the ways that a heading's kinds can go at all."""
    return [
        {
            "topic": topic or _("其他"),
            "rows": _rows(preference, of_topic),
            "ways": [
                (way, word, way != MENTION or any(one.group for one in of_topic))
                for way, word in PERSONAL_WAYS.items()
            ],
        }
        for topic, of_topic in kinds.by_topic(shown)
    ]


def _rows(preference: Preference, shown: list[kinds.MessageKind]) -> list[dict[str, object]]:
    chosen = preference if preference.ways else None
    return [
        {
            "word": one.word,
            "boxes": [
                {
                    "value": f"{one.kind} {way}", "way": way, "word": word, "on": way in chosen_ways(chosen, one.kind),
                    "fits": way != MENTION or one.group,
                }
                for way, word in PERSONAL_WAYS.items()
            ],
        }
        for one in shown
    ]  # fmt: skip


def _advice(person: Person) -> list[str]:
    """What keeps a way from working for this person, and what to do."""
    found = []
    if not settings.EMAIL_HOST:
        found.append(_("还没有配置邮件服务器，邮件发不出去，请联系系统管理员。"))
    elif not person.email:
        found.append(_("您还没有填邮箱，收不到邮件。"))
    if not Outlet.objects.filter(kind=SMS, active=True).exists():
        found.append(_("还没有配置短信网关，短信发不出去，请联系系统管理员。"))
    if not person.phone:
        found.append(_("您还没有填电话，收不到短信，群里也不会 @ 您。"))
    return found
