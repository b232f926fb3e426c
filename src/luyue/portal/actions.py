"""What customers do for themselves: rate a case, name colleagues and inspectors."""

import secrets
from datetime import datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts import actions as accounts
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import actions as contracts
from luyue.contracts import queries as contract_queries
from luyue.contracts.models import Customer
from luyue.desk import queries as desk
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.domain.rights import OUTSIDE
from luyue.portal.models import Rating

LONGEST_COMMENT = 1000
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def rate_case(
    case_id: int,
    *,
    speed: int,
    result: int,
    manner: int,
    actor: Person,
    now: datetime,
    comment: str = "",
) -> Rating:
    """Rate a case that is solved; rating again makes a new version. Stars from 1 to 5.

    Raises:
        NotAllowed: not a customer. IllegalMove: the case is not solved yet. BadInput.
    """
    require(actor, "rate_case")
    case = desk.locked_case(case_id)
    if case.state not in ("resolved", "closed"):
        raise IllegalMove(subject="case", state=case.state, act="rate")
    for field, stars in (("speed", speed), ("result", result), ("manner", manner)):
        if not 1 <= stars <= 5:
            raise BadInput(field=field)
    if len(comment) > LONGEST_COMMENT or "\0" in comment:
        raise BadInput(field="comment", problem="too_long", limit=LONGEST_COMMENT)
    before = Rating.objects.filter(case=case, person=actor).order_by("-version").first()
    made = Rating.objects.create(
        case=case,
        contract_id=case.contract_id,
        person=actor,
        person_name=actor.name,
        version=before.version + 1 if before else 1,
        speed=speed,
        result=result,
        manner=manner,
        comment=comment.strip(),
        rated_at=now,
    )
    ledger.record(
        "case.rated", contract_id=case.contract_id, subject=("case", case.pk), actor=actor, at=now, now=now,
        data={"speed": speed, "result": result, "manner": manner, "note": made.comment, "version": made.version},
    )  # fmt: skip
    return made


@transaction.atomic
def name_colleague(
    contract_id: int,
    *,
    name: str,
    username: str,
    role: str,
    actor: Person,
    now: datetime,
    phone: str = "",
    email: str = "",
    unit: Customer | None = None,
) -> tuple[Person, str]:
    """Let a colleague or a third party's inspector in; returns him with the password for his first log-in.

    Who has a sub-unit names people for that unit only. An inspector reads and changes nothing.
    """
    require(actor, "name_colleagues")
    contract = contract_queries.contract(contract_id)
    if role not in OUTSIDE:
        raise BadInput(field="role")
    own = contract_queries.unit_of(actor, contract.pk)
    if own is not None:
        unit = Customer.objects.get(pk=own)
    password = "".join(secrets.choice(_LETTERS) for _ in range(12))
    made = accounts.add_colleague(
        username=username,
        name=name,
        role=role,
        password=password,
        phone=phone,
        email=email,
        actor=actor,
        now=now,
    )
    contracts.give_access(contract.pk, person=made, role=role, unit=unit, actor=actor, now=now)
    return made, password
