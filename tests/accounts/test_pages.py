import pytest
from django.core.cache import cache
from django.urls import reverse

from luyue.accounts import actions, throttle
from luyue.accounts.models import Organisation, Person
from luyue.service_forms.queries import heading
from tests.factories import PASSWORD, person


@pytest.fixture(autouse=True)
def _forget_tries():
    cache.clear()


def log_in(client, one, password=PASSWORD, **more):
    return client.post("/login/", {"username": one.username, "password": password} | more)


def test_logging_in_leads_where_one_wanted_to_go(client, db):
    answer = log_in(client, person(), next="/people/")
    assert (answer.status_code, answer.url) == (302, "/people/")
    assert client.get("/people/").status_code == 200


def test_an_organisation_that_is_not_there_yet_comes_with_a_person(client, db):
    """An empty installation has none, and the firm's own heads its papers."""
    log_in(client, person("admin"))
    facts = {"name": "王经理", "role": "project_manager", "language": "zh-hans", "password": PASSWORD}
    for username in ("wang", "li"):  # the second time it is the same one
        new = facts | {"username": username, "new_organisation": " 甲集成公司 "}
        assert client.post("/people/add/", new).status_code == 302
    firm = Organisation.objects.get()
    assert (firm.name, firm.kind, firm.people.count()) == ("甲集成公司", "provider", 2)
    assert heading()["name"] == "甲集成公司"
    kehu = person("customer")
    changed = {"name": kehu.name, "role": "customer", "language": "zh-hans", "new_organisation": "甲市医院"}
    assert client.post(f"/people/{kehu.pk}/", changed).status_code == 302
    kehu.refresh_from_db()
    assert (kehu.organisation.name, kehu.organisation.kind) == ("甲市医院", "customer")
    both = changed | {"organisation": str(firm.pk)}
    assert client.post(f"/people/{kehu.pk}/", both).status_code == 422


def test_logging_in_does_not_lead_to_other_sites(client, db):
    assert log_in(client, person(), next="//evil.example/").url == "/"


def test_case_of_the_login_name_does_not_matter(client, db):
    person(username="Wang.Li")
    assert client.post("/login/", {"username": "wang.li", "password": PASSWORD}).status_code == 302


def test_a_wrong_password_says_so_in_chinese(client, db):
    answer = log_in(client, person(), "wrong")
    assert answer.status_code == 422
    assert "登录名或密码不对" in answer.content.decode()


def test_a_barred_person_does_not_get_in(client, db):
    assert log_in(client, person(active=False)).status_code == 422


def test_after_five_wrong_passwords_even_the_right_one_must_wait(client, db):
    one = person()
    for _ in range(throttle.TRIES_PER_NAME):
        assert log_in(client, one, "wrong").status_code == 422
    answer = log_in(client, one)
    assert answer.status_code == 429 and "300 秒" in answer.content.decode()
    assert log_in(client, person()).status_code == 302


def test_a_person_sees_the_pages_in_his_language(client, db):
    one = person(language="en")
    log_in(client, one)
    assert b'lang="en"' in client.get("/me/").content


def test_a_stranger_is_sent_to_log_in(client, db):
    for name in ("accounts:people", "accounts:me", "accounts:add"):
        assert client.get(reverse(name)).url.startswith("/login/")


def test_an_engineer_may_not_see_the_list_of_people(client, db):
    client.force_login(person("engineer"))
    answer = client.get("/people/")
    assert answer.status_code == 403 and "您的角色不能执行此操作" in answer.content.decode()


def test_people_are_found_by_part_of_the_name(client, db):
    client.force_login(person("admin"))
    person(name="欧阳询")
    text = client.get("/people/", {"q": "欧阳"}).content.decode()
    assert "欧阳询" in text and "系统管理员</td>" not in text


def test_an_administrator_adds_changes_and_bars_a_person(client, db):
    client.force_login(person("admin"))
    facts = {"name": "李四", "role": "engineer", "language": "zh-hans", "phone": "", "email": ""}
    answer = client.post("/people/add/", facts | {"username": "li.si", "password": PASSWORD})
    one = Person.objects.get(username="li.si")
    assert answer.url == f"/people/{one.pk}/"
    client.post(f"/people/{one.pk}/", facts | {"role": "resident"})
    one.refresh_from_db()
    assert one.role == "resident"
    client.post(f"/people/{one.pk}/deactivate/")
    one.refresh_from_db()
    assert not one.active


def test_a_taken_login_name_is_said_at_its_field(client, db):
    client.force_login(person("admin"))
    taken = person()
    facts = {
        "name": "李四",
        "role": "engineer",
        "language": "zh-hans",
        "username": taken.username,
        "password": PASSWORD,
    }
    answer = client.post("/people/add/", facts)
    assert answer.status_code == 422 and "已存在相同的登录名" in answer.content.decode()


def test_changing_ones_password_asks_for_the_old_one_and_keeps_the_session(client, db):
    one = person()
    client.force_login(one)
    assert client.post("/me/password/", {"old": "no", "password": "another long one"}).status_code == 422
    assert client.post("/me/password/", {"old": PASSWORD, "password": "another long one"}).status_code == 302
    assert client.get("/me/").status_code == 200


def test_a_token_is_shown_once(client, db):
    admin = person("admin")
    client.force_login(admin)
    page = client.post(f"/people/{admin.pk}/token/", {"name": "报表", "days": 30})
    assert b"data-token>luyue_" in page.content
    assert b"data-token" not in client.get("/me/").content


def test_a_program_is_known_by_its_token(client, db, now):
    admin = person("admin")
    _, token = actions.issue_token(admin.pk, name="x", actor=None, now=now)
    good = client.get("/people/", headers={"Authorization": f"Bearer {token}"})
    bad = client.get("/people/", headers={"Authorization": "Bearer luyue_no"})
    assert (good.status_code, bad.status_code) == (200, 401)
    assert bad.json()["code"] == "bad_token"


def test_a_refusal_is_a_page_json_or_a_toast(client, db):
    client.force_login(person("admin"))
    page = client.get("/people/999999999/")
    assert page.status_code == 404 and page["Content-Type"].startswith("text/html")
    data = client.get("/people/999999999/", headers={"Accept": "application/json"})
    assert (data.status_code, data.json()["code"]) == (404, "not_found")
    part = client.get("/people/999999999/", headers={"HX-Request": "true"})
    assert part["HX-Reswap"] == "none" and "toast" in part["HX-Trigger"]
