"""What the demo shows of the hotline and of the customers' secrets."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from luyue.desk.flows_queries import to_sign
from luyue.follow_ups.models import FollowUp
from luyue.hotline.models import Call, Change, Contact
from luyue.ledger import wall
from luyue.ledger.models import Event
from luyue.roster.queries import on_duty
from luyue.simulator.follow_up_life import call_customers
from luyue.simulator.hotline_life import play_hotline
from luyue.simulator.roster_life import keep_roster
from luyue.simulator.running import run
from luyue.simulator.signing import leave_to_sign
from luyue.simulator.world import make_world
from luyue.vault.models import Secret, Session

END = datetime(2026, 6, 17, 8, tzinfo=UTC)
BEGIN = END - timedelta(days=8)


@pytest.mark.django_db
def test_calls_changes_secrets_and_sessions_stand_in_every_state_people_want_to_see() -> None:
    with wall.scope(wall.Scope.everything()):
        world = make_world(random.Random(3), starts_on=BEGIN.date().replace(day=1), now=BEGIN)
    run(world, random.Random(3), begin=BEGIN, end=END, per_day=0.6)
    play_hotline(world, random.Random(3), begin=BEGIN, end=END)
    keep_roster(world, end=END)
    call_customers(world, random.Random(3), end=END)
    leave_to_sign(world, end=END)
    with wall.scope(wall.Scope.everything()):
        assert Call.objects.filter(answered=True).exists()
        assert not Call.objects.filter(contract=None).exists()
        assert Contact.objects.count() == 9
        assert set(Change.objects.values_list("state", flat=True)) == {"draft", "notified", "consented"}
        assert not Change.objects.filter(late_days__gt=0).exists()
        assert Secret.objects.count() == 16
        assert FollowUp.objects.exists()
        assert to_sign(world.people["manager"][0]).count() == 2
        assert on_duty([one.pk for one in world.people["operator"]], END).values()
        assert not Secret.objects.filter(sealed__contains="-Kq7#").exists()
        states = list(Session.objects.order_by("contract").values_list("state", flat=True))
        assert states == ["asked", "approved", "ended", "running"]
        assert Event.objects.filter(kind="secret.looked").count() == 3
