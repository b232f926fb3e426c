"""Log-in, one's own facts, people and their rights."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts import actions, queries, throttle
from luyue.accounts.forms import (
    LoginForm,
    MeForm,
    NewPersonForm,
    OwnPasswordForm,
    PasswordForm,
    PersonForm,
    TokenForm,
)
from luyue.accounts.guards import person_of, person_with
from luyue.accounts.models import Person, Role
from luyue.accounts.words import ACTS
from luyue.domain import rights
from luyue.domain.refusals import NotAllowed, Refusal, TooManyTries
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import keyset_page
from luyue.web.refusals import sentence, status

PEOPLE = ListSpec(
    filters=(
        Filter("role", gettext_lazy("角色"), Role.choices, multiple=False),
        Filter(
            "state",
            gettext_lazy("状态"),
            [("active", gettext_lazy("启用")), ("inactive", gettext_lazy("停用"))],
            multiple=False,
        ),
    ),
    sorts=(
        Sort("name", gettext_lazy("姓名"), ("name", "id")),
        Sort("username", gettext_lazy("登录名"), ("username", "id")),
    ),
    search=True,
)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in with name and password; wrong ones are slowed down."""
    target = _target(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = LoginForm(request.POST or None)
    code = 200
    if request.method == "POST":
        code = 422
        if form.is_valid():
            try:
                person = _authenticated(request, **form.cleaned_data)
            except TooManyTries as refusal:
                form.add_error(None, sentence(refusal))
                code = status(refusal)
            else:
                if person is not None:
                    return _logged_in(request, person, target)
                form.add_error(None, _("登录名或密码不对。"))
    return render(
        request, "accounts/login.html", {"form": form, "next": request.GET.get("next", "")}, status=code
    )


def _authenticated(request: HttpRequest, username: str, password: str) -> Person | None:
    address = request.META.get("REMOTE_ADDR", "")
    throttle.check(username, address)
    person = authenticate(request, username=username, password=password)
    if not isinstance(person, Person):
        throttle.wrong(username, address)
        return None
    throttle.right(username, address)
    return person


def _logged_in(request: HttpRequest, person: Person, target: str) -> HttpResponse:
    login(request, person)
    actions.note_login(person, now=timezone.now())
    return speak(redirect(target), person.language)


def speak(response: HttpResponse, language: str) -> HttpResponse:
    """Set the cookie that decides the language of the pages."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax")
    return response


def _target(request: HttpRequest) -> str:
    wish = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wish, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wish if safe else settings.LOGIN_REDIRECT_URL


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@login_required
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """One's own facts, and the tokens one has."""
    person = person_of(request)
    facts = {"phone": person.phone, "email": person.email, "language": person.language}
    form = MeForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        actions.change_person(person.pk, actor=person, now=timezone.now(), **form.cleaned_data)
        language = form.cleaned_data["language"]
        with translation.override(language):
            messages.success(request, _("已保存。"))
        return speak(redirect("accounts:me"), language)
    return render(
        request,
        "accounts/me.html",
        {
            "form": form,
            "tokens": queries.tokens(person.pk, to=person),
            "may_issue": person.may("issue_token"),
        },
        status=422 if form.errors else 200,
    )


@sensitive_post_parameters("old", "password")
@login_required
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the person end."""
    form = OwnPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = person_of(request)
        if not person.check_password(form.cleaned_data["old"]):
            form.add_error("old", _("原密码不对。"))
        elif changed := _tried(
            form,
            lambda: actions.set_password(
                person.pk, form.cleaned_data["password"], actor=person, now=timezone.now()
            ),
        ):
            update_session_auth_hash(request, changed)
            messages.success(request, _("密码已更新。"))
            return redirect("accounts:me")
    return _form_page(request, form, _("改密码"), back="accounts:me")


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, with role and organisation."""
    state = PEOPLE.read(request.GET)
    wanted = {"active": True, "inactive": False}.get(state.one("state"))
    found = queries.people(to=request.user, search=state.q, role=state.one("role"), active=wanted)
    page = keyset_page(found, order=state.order, after=state.after)
    return render(
        request,
        "accounts/people.html",
        {"page": page, "list": state, "may_manage": request.user.may("manage_people")},
    )


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    """Add a person."""
    person_with(request, "manage_people")
    form = NewPersonForm(request.POST or None, initial={"language": "zh-hans"})
    if request.method == "POST" and form.is_valid():
        made = _tried(
            form, lambda: actions.add_person(**_facts(form, request), actor=request.user, now=timezone.now())
        )
        if made:
            messages.success(request, _("已新增 {name}。").format(name=made.name))
            return redirect("accounts:person", made.pk)
    return _form_page(request, form, _("新增人员"), back="accounts:people")


@login_required
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: facts, rights, tokens."""
    one = queries.person(person_id, to=request.user)
    may_manage = request.user.may("manage_people")
    form = PersonForm(request.POST) if request.method == "POST" else PersonForm.of(one)
    if request.method == "POST" and form.is_valid():
        person_with(request, "manage_people")

        def change() -> Person:
            facts = _facts(form, request)
            organisation = facts.pop("organisation")
            facts["organisation_id"] = organisation.pk if organisation else None
            return actions.change_person(person_id, actor=request.user, now=timezone.now(), **facts)

        if _tried(form, change):
            messages.success(request, _("已保存。"))
            return redirect("accounts:person", person_id)
    return render(
        request,
        "accounts/person.html",
        {
            "one": one,
            "form": form if may_manage else None,
            "may_manage": may_manage,
            "may_issue": may_manage or (one == request.user and request.user.may("issue_token")),
            "acts": [label for act, label in ACTS.items() if rights.allowed(one.role, act)],
            "tokens": queries.tokens(person_id, to=request.user),
        },
        status=422 if form.errors else 200,
    )


def _facts(form: PersonForm, request: HttpRequest) -> dict[str, Any]:
    """What the form says of a person; an organisation that is not in the list yet is made."""
    facts = dict(form.cleaned_data)
    if name := facts.pop("new_organisation"):
        facts["organisation"] = actions.organisation_named(
            name, role=facts["role"], actor=request.user, now=timezone.now()
        )
    return facts


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, person_id: int) -> HttpResponse:
    """A new password for somebody."""
    person_with(request, "manage_people")
    one = queries.person(person_id, to=request.user)
    form = PasswordForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and _tried(
            form,
            lambda: actions.set_password(
                person_id, form.cleaned_data["password"], actor=request.user, now=timezone.now()
            ),
        )
    ):
        messages.success(request, _("密码已更新。"))
        return redirect("accounts:person", person_id)
    return _form_page(request, form, _("重设 {name} 的密码").format(name=one.name), back="accounts:people")


@login_required
@require_POST
def deactivate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Bar a person."""
    one = actions.deactivate_person(person_id, actor=request.user, now=timezone.now())
    messages.success(request, _("{name} 已停用。").format(name=one.name))
    return redirect("accounts:person", person_id)


@login_required
@require_POST
def activate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let a barred person in again."""
    one = actions.change_person(person_id, actor=request.user, now=timezone.now(), active=True)
    messages.success(request, _("{name} 已启用。").format(name=one.name))
    return redirect("accounts:person", person_id)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def issue_token(request: HttpRequest, person_id: int) -> HttpResponse:
    """Issue a token; the page that answers is the only one that ever shows it."""
    one = queries.person(person_id, to=request.user)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        _row, token = actions.issue_token(
            person_id,
            name=form.cleaned_data["name"],
            actor=request.user,
            now=now,
            expires_at=now + timedelta(days=form.cleaned_data["days"]),
        )
        return render(request, "accounts/token.html", {"one": one, "token": token})
    return _form_page(
        request, form, _("签发 {name} 的接口令牌").format(name=one.name), back="accounts:people"
    )


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token."""
    row = actions.revoke_token(token_id, actor=request.user, now=timezone.now())
    messages.success(request, _("令牌已吊销。"))
    return (
        redirect("accounts:me")
        if row.person_id == request.user.pk
        else redirect("accounts:person", row.person_id)
    )


def _tried(form: django_forms.Form, act: Callable[[], Person]) -> Person | None:
    """What the act returns; None if it was refused, and the form then says why."""
    try:
        return act()
    except NotAllowed:
        raise
    except Refusal as refusal:
        field = refusal.facts.get("field")
        form.add_error(str(field) if field in form.fields else None, sentence(refusal))
        return None


def _form_page(request: HttpRequest, form: django_forms.Form, title: str, *, back: str) -> HttpResponse:
    code = 422 if form.errors else 200
    return render(request, "accounts/form.html", {"form": form, "title": title, "back": back}, status=code)
