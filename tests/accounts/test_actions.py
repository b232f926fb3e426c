from datetime import timedelta

import pytest

from luyue.accounts import actions, queries
from luyue.accounts.words import ACTS
from luyue.domain import rights
from luyue.domain.refusals import AlreadyThere, BadInput, NotAllowed, NotFound
from luyue.ledger.models import Event
from tests.factories import PASSWORD, person


@pytest.fixture
def admin(everything):
    return person("admin")


def add(actor, now, **facts):
    words = {"username": "zhang.san", "name": "张三", "role": "engineer", "password": PASSWORD}
    return actions.add_person(**words | facts, actor=actor, now=now)


def test_adding_a_person_is_one_event_without_his_password(admin, now):
    made = add(admin, now)
    event = Event.objects.get(subject_kind="person", subject_id=made.pk)
    assert (event.kind, event.actor_name) == ("person.added", admin.name)
    assert PASSWORD not in str(event.data) and made.check_password(PASSWORD)


def test_a_login_name_is_unique_in_any_case(admin, now):
    add(admin, now)
    with pytest.raises(AlreadyThere):
        add(admin, now, username="Zhang.San")


@pytest.mark.parametrize(
    "facts",
    [
        {"username": " "},
        {"name": ""},
        {"role": "king"},
        {"username": "a b"},
        {"username": "n" * 61},
        {"phone": "1" * 31},
    ],
)
def test_a_person_without_sense_is_refused(admin, now, facts):
    with pytest.raises(BadInput):
        add(admin, now, **facts)


@pytest.mark.parametrize("word", ["short", "1234567890", "password"])
def test_a_weak_password_is_refused(admin, now, word):
    with pytest.raises(actions.WeakPassword):
        add(admin, now, password=word)


def test_only_those_who_manage_people_add_one(everything, now):
    with pytest.raises(NotAllowed):
        add(person("engineer"), now)


def test_everybody_changes_his_own_phone_but_not_his_role(everything, now):
    me = person("engineer")
    assert actions.change_person(me.pk, actor=me, now=now, phone="139").phone == "139"
    with pytest.raises(NotAllowed):
        actions.change_person(me.pk, actor=me, now=now, role="admin")


def test_a_change_of_nothing_is_no_event(admin, now):
    one = person()
    actions.change_person(one.pk, actor=admin, now=now, name=one.name)
    assert not Event.objects.filter(subject_kind="person", subject_id=one.pk).exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda one, now: actions.deactivate_person(one.pk, actor=one, now=now),
        lambda one, now: actions.change_person(one.pk, actor=one, now=now, role="engineer"),
        lambda one, now: actions.change_person(one.pk, actor=one, now=now, active=False),
    ],
)
def test_the_last_administrator_stays(admin, now, act):
    with pytest.raises(actions.LastAdmin):
        act(admin, now)


def test_a_token_stands_for_its_person_until_it_is_revoked(admin, now):
    row, token = actions.issue_token(admin.pk, name="报表", actor=admin, now=now)
    assert queries.person_of_token(token, now=now) == admin
    assert token.encode() not in bytes(row.hash)
    actions.revoke_token(row.pk, actor=admin, now=now)
    assert queries.person_of_token(token, now=now) is None


def test_a_token_ends_when_it_expires(admin, now):
    _, token = actions.issue_token(
        admin.pk, name="x", actor=admin, now=now, expires_at=now + timedelta(days=1)
    )
    assert queries.person_of_token(token, now=now + timedelta(hours=23)) == admin
    assert queries.person_of_token(token, now=now + timedelta(days=1)) is None


def test_a_barred_persons_tokens_end(admin, now):
    one = person("engineer")
    _, token = actions.issue_token(one.pk, name="x", actor=admin, now=now)
    actions.deactivate_person(one.pk, actor=admin, now=now)
    assert queries.person_of_token(token, now=now) is None


def test_a_strangers_token_is_not_there(everything, now):
    row, _ = actions.issue_token(person("admin").pk, name="x", actor=None, now=now)
    with pytest.raises(NotFound):
        actions.revoke_token(row.pk, actor=person("engineer"), now=now)


def test_every_act_has_a_word():
    assert set(ACTS) == set(rights.RIGHTS)


def test_a_misspelt_act_is_an_error_and_not_a_refusal():
    with pytest.raises(KeyError):
        rights.allowed("admin", "mange_people")
