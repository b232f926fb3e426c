"""What follows from what: ledger event kind → names of jobs, each called with `event_id`.

The one place that answers "what happens when ...?". A job is deferred in the transaction that records the event.
"""

from luyue.domain.obligations.events import FOLLOWED, PLANS_ANEW

REACTIONS: dict[str, list[str]] = {
    "case.reported": ["desk.tell_operators"],
    "case.urged": ["desk.tell_urged"],
    "case.closed": ["follow_ups.open", "entitlements.follow"],
    "case.cancelled": ["entitlements.follow"],
    "case.merged": ["entitlements.follow"],
    "case.defect_analysed": ["desk.tell_signers"],
    "case.extraction_requested": ["desk.tell_signers"],
    "case.task_planned": ["desk.tell_signers"],
    "case.defect_sent_back": ["desk.tell_sent_back"],
    "case.task_objected": ["desk.tell_sent_back"],
    "case.extra_recorded": ["desk.tell_signers"],
    "case.rated": ["portal.tell_low_rating"],
    "session.asked": ["vault.tell_session"],
    "session.approved": ["vault.tell_session"],
    "session.refused": ["vault.tell_session"],
    "secret.look_asked": ["vault.tell_look"],
    "secret.look_decided": ["vault.tell_look"],
    "hotline.failed": ["hotline.tell_failed", "entitlements.line_failed"],
    "hotline.restored": ["hotline.tell_failed"],
    "hotline.change_notified": ["hotline.tell_change"],
    "hotline.change_consented": ["hotline.tell_change"],
    "hotline.change_refused": ["hotline.tell_change"],
    "hotline.change_withdrawn": ["hotline.tell_change"],
    "hotline.change_applied": ["hotline.tell_change"],
    "work_order.planned": ["field.tell_crew"],
    "work_order.replanned": ["field.tell_crew"],
    "work_order.cancelled": ["field.tell_crew"],
    "work_order.rejected": ["field.tell_planner"],
    "work_order.departed": ["field.tell_customer"],
    "work_order.left_unsolved": ["field.tell_unsolved"],
    "work_order.finished": ["rounds.hand_in", "measures.take_round"],
    "work_order.confirmed": ["field.report"],
    "work_order.confirmation_refused": ["field.tell_refused", "field.report"],
}

# Obligations follow a contract's plan, dates, figures and sites …
for _kind in PLANS_ANEW:
    REACTIONS.setdefault(_kind, []).append("obligations.plan")
    REACTIONS[_kind].append("measures.plan")
    REACTIONS[_kind].append("entitlements.plan")
# … and whatever a plan may ask something for, or that shows something to be done: `domain.obligations.events`.
for _kind in sorted(FOLLOWED):
    REACTIONS.setdefault(_kind, []).append("obligations.follow")
# Promises of people follow plan and dates, the roster, and what people hold.
for _kind in PLANS_ANEW:
    REACTIONS.setdefault(_kind, []).append("staffing.check")
for _kind in (
    "shift.added", "shift.removed", "shift.imported", "shift.handed_over", "swap.approved", "certificate.removed",
    "qualification.added", "qualification.removed",
):  # fmt: skip
    REACTIONS.setdefault(_kind, []).append("staffing.follow_person")
