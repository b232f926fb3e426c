"""What follows from what customers say."""

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.accounts import queries as accounts
from luyue.contracts import queries as contracts
from luyue.desk.models import Case
from luyue.domain.follow_ups import is_low
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell


@app.task(queue="messages", name="portal.tell_low_rating")
def tell_low_rating(event_id: int) -> None:
    """A bad rating reaches quality supervisors and the contract's project managers, once."""
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        lowest = min(event.data[name] for name in ("speed", "result", "manner"))
        if not is_low(lowest):
            return
        case = Case.objects.select_related("contract").defer("words").get(pk=event.subject_id)
        leads = [person for person, _role in contracts.people_of(case.contract_id, ["project_manager"])]
        people = {one.pk: one for one in [*accounts.by_roles("supervisor"), *leads]}
        said = str(event.data.get("note", ""))
        tell(
            [
                Note(
                    person=person,
                    key=f"rated:{event.pk}",
                    kind="case.rated",
                    title_zh=f"客户评价低：{case.number} {case.title}（{lowest} 星）",
                    title_en=f"Low rating of {case.number} {case.title}: {lowest} of 5",
                    body_zh=said,
                    body_en=said,
                    link=f"/cases/{case.pk}/",
                    contract_id=case.contract_id,
                )
                for person in people.values()
            ],
            now=timezone.now(),
        )
