"""What a measurement happens to: people with tokens, contracts under a shipped plan."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

PLAN = "video-integration"  # "normal" severity: three clocks (respond, plan, resolve)


@dataclass(frozen=True)
class World:
    """contracts: ids; operator sees all of them, guest only the first; tokens and session cookies of both."""

    contracts: list[int]
    version: int
    operator: str
    guest: str
    operator_cookie: str
    guest_cookie: str


def make(contracts: int = 200) -> World:
    """People and contracts, made by the product's own acts."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from bench.house import owner
    from luyue.accounts import actions as accounts
    from luyue.accounts.models import Person
    from luyue.accounts.queries import token_hash
    from luyue.contracts import actions
    from luyue.contracts.plans import shipped_plans
    from luyue.ledger.wall import Scope, scope

    now = datetime.now(UTC)
    day = date(now.year - 2, 1, 1)

    def login(person: Person) -> tuple[str, str]:
        token = f"luyue_bench-{person.username}"
        person.tokens.create(name="bench", hash=token_hash(token), hint="bench", created_at=now)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        return token, f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    with scope(Scope.everything()):
        people = [
            accounts.add_person(
                username=name,
                name=name,
                role=role,
                password="bench of luyue",  # noqa: S106
                actor=None,
                now=now,
            )
            for name, role in (("operator", "operator"), ("guest", "project_manager"))
        ]
        version = actions.add_plan_version(shipped_plans()[PLAN].read_bytes(), actor=None, now=now)
        made = []
        for number in range(contracts):
            customer = actions.add_customer(name=f"市公安局第{number}分局", actor=None, now=now)
            contract = actions.add_contract(
                number=f"HT-{number:04d}", name=f"视频监控项目{number}", customer=customer, starts_on=day,
                ends_on=date(now.year + 2, 12, 31), acceptance_on=day, actor=None, now=now,
            )  # fmt: skip
            actions.bind_plan(contract.pk, version=version, effective_on=day, actor=None, now=now)
            made.append(contract.pk)
        actions.give_access(made[0], person=people[1], role="project_manager", actor=None, now=now)
        (operator, operator_cookie), (guest, guest_cookie) = map(login, people)
    with owner() as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, title text NOT NULL)"
        )
        connection.execute("GRANT INSERT, SELECT ON bench_floor TO luyue_app")
        connection.execute("GRANT USAGE ON SEQUENCE bench_floor_id_seq TO luyue_app")
    return World(made, version.pk, operator, guest, operator_cookie, guest_cookie)
