"""Reads of mailboxes and mails: whose a mail is, and what it answers."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from luyue.accounts.models import Person
from luyue.channels.models import IncomingMail, Mailbox, Receipt, SenderAddress
from luyue.channels.models.mails import MailState
from luyue.contracts import queries as contracts
from luyue.contracts.models import Access, Contract
from luyue.desk.models import Case
from luyue.domain.mails import Mail, case_numbers
from luyue.domain.refusals import NotFound

# Still somebody's to decide on; what was ignored can be taken up after all.
TO_SORT = Q(state__in=(MailState.UNASSIGNED, MailState.UNREADABLE))
UNDECIDED = (MailState.UNASSIGNED, MailState.UNREADABLE, MailState.IGNORED)


def to_sort() -> QuerySet[IncomingMail]:
    """Mails in scope that wait for somebody to say what they belong to."""
    return IncomingMail.objects.filter(TO_SORT)


def mails() -> QuerySet[IncomingMail]:
    """Mails in scope; those without a contract only for who sees everything."""
    return IncomingMail.objects.select_related("mailbox", "contract", "case", "suggested", "handled_by")


def mail(mail_id: int, *, lock: bool = False) -> IncomingMail:
    """One mail in scope. Raises NotFound."""
    rows = IncomingMail.objects.select_for_update(of=("self",)) if lock else mails()
    found = rows.filter(pk=mail_id).first()
    if found is None:
        raise NotFound(subject="mail")
    return found


def mailbox(mailbox_id: int) -> Mailbox:
    """One mailbox. Raises NotFound."""
    found = Mailbox.objects.filter(pk=mailbox_id).first()
    if found is None:
        raise NotFound(subject="mailbox")
    return found


def own_addresses() -> set[str]:
    """Addresses that we send from ourselves."""
    mine = set(Mailbox.objects.values_list("address", flat=True)) | {settings.DEFAULT_FROM_EMAIL}
    return {address.lower() for address in mine}


def is_ours(mail: Mail) -> bool:
    """Whether we wrote it: a copy of a message, a receipt that came back."""
    ours = mail.message_id.startswith("<luyue-") and mail.message_id.endswith(
        f"@{settings.LUYUE_MAIL_DOMAIN}>"
    )
    return ours or mail.sender in own_addresses()


def answered_case(mail: Mail) -> Case | None:
    """The case that a mail belongs to by what it answers, the nearest first, or by the number in its subject."""
    if mail.references:
        found = dict(
            IncomingMail.objects.filter(message_id__in=mail.references, case__isnull=False).values_list(
                "message_id", "case"
            )
        )
        found |= dict(
            Receipt.objects.filter(message_id__in=mail.references).values_list("message_id", "mail__case")
        )
        for one in mail.references:
            if found.get(one):
                return _case(found[one])
    for number in case_numbers(mail.subject):
        if (case := _case(number)) is not None:
            return case
    return None


def _case(case_id: int) -> Case | None:
    return Case.objects.select_related("contract", "owner").defer("words").filter(pk=case_id).first()


def belongs_to(case: Case, address: str) -> bool:
    """Whether an address is of somebody who has to do with a case: a subject line alone opens nobody's case."""
    earlier = IncomingMail.objects.filter(case=case)
    if earlier.filter(Q(sender=address) | Q(recipients__contains=[address])).exists():
        return True
    return case.contract_id in contract_ids_of(address) or staff_with(address, case.contract_id)


def staff_with(address: str, contract_id: int) -> bool:
    """Whether it is the address of one of the firm's people who sees the contract."""
    people = Person.objects.filter(email__iexact=address, active=True)
    return (
        any(one.sees_all for one in people)
        or people.filter(contract_access__contract_id=contract_id).exists()
    )


def contract_ids_of(address: str) -> set[int]:
    """Contracts that an address belongs to: by its person's access, or because somebody has said so."""
    by_person = Access.objects.filter(person__email__iexact=address, person__active=True)
    found = set(by_person.values_list("contract_id", flat=True))
    return found | set(SenderAddress.objects.filter(address=address).values_list("contract_id", flat=True))


def contracts_of(address: str, at: datetime) -> list[Contract]:
    """The same as contracts, at most ten: those in service, or all if none is."""
    known = contracts.visible_contracts().filter(pk__in=contract_ids_of(address)).order_by("number")
    running = known & contracts.running_contracts(contracts.local_day(at))
    return list(running[:10]) or list(known[:10])


def person_of(address: str) -> Person | None:
    """The person with an address, if there is just one."""
    found = list(Person.objects.filter(email__iexact=address, active=True)[:2])
    return found[0] if len(found) == 1 else None


def of_case(case_ids: Iterable[int]) -> QuerySet[IncomingMail]:
    """Mails that belong to some cases, the oldest first."""
    return IncomingMail.objects.filter(case__in=list(case_ids)).order_by("id")
