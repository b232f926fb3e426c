import psycopg
import pytest

from luyue.project import doctor, postgres

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def levels(findings):
    return {finding.about: finding.level for finding in findings}


def test_a_good_installation_has_no_failures():
    found = levels(doctor.findings())
    assert (
        found["database"] == found["roles"] == found["migrations"] == found["wall"] == found["ledger"] == "ok"
    )
    assert found["worker"] == "warn"


def test_without_tables_only_the_missing_migrations_are_told(monkeypatch):
    missing = doctor.Finding("fail", "migrations", "all of them", "run: luyue migrate")
    monkeypatch.setattr(doctor, "_migrations", lambda: [missing])
    found = levels(doctor.findings())
    assert found["migrations"] == "fail" and not found.keys() & {"wall", "ledger", "worker"}


def test_a_table_without_a_wall_is_found(owner):
    owner.execute("CREATE TABLE test_bare (contract_id bigint)")
    try:
        assert doctor.unprotected_tables() == ["test_bare"]
        assert levels(doctor.findings())["wall"] == "fail"
    finally:
        owner.execute("DROP TABLE test_bare")


def test_a_role_that_is_not_plain_is_found():
    with psycopg.connect(postgres.boss_url(), autocommit=True) as boss:
        boss.execute("ALTER ROLE luyue_app BYPASSRLS")
        try:
            assert levels(doctor.findings())["roles"] == "fail"
        finally:
            boss.execute("ALTER ROLE luyue_app NOBYPASSRLS")


def test_a_mail_server_that_does_not_answer_is_found(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert levels(doctor.findings())["mail"] == "fail"


def test_every_failure_says_what_to_do(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert all(finding.todo for finding in doctor.findings() if finding.level != "ok")
