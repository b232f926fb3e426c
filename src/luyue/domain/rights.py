"""Rights: which role may do which act. An act is named like the action that does it.

Which contracts a person may do it on is the wall's business, not this table's.
"""

ROLES = (
    "operator",
    "engineer",
    "resident",
    "project_manager",
    "supervisor",
    "storekeeper",
    "manager",
    "general_manager",
    "admin",
    "customer",
    "inspector",
)

# Roles of the firm that work on all contracts; the others see those they are given.
SEES_ALL = frozenset({"operator", "supervisor", "storekeeper", "manager", "general_manager", "admin"})

# Roles of people who are not of the firm.
OUTSIDE = frozenset({"customer", "inspector"})

_EVERYBODY = frozenset(ROLES)
_FIRM = _EVERYBODY - OUTSIDE
_DESK = frozenset({"operator", "project_manager", "manager", "general_manager", "admin"})
_FIELD = _DESK | {"engineer", "resident"}
_LEADS = frozenset({"project_manager", "manager", "general_manager", "admin"})
_ADMIN = frozenset({"admin"})

RIGHTS: dict[str, frozenset[str]] = {
    # People
    "see_people": frozenset({"operator", "supervisor", "manager", "general_manager", "admin"}),
    "manage_people": _ADMIN | {"general_manager"},
    "issue_token": _ADMIN | {"manager", "general_manager"},
    "manage_messages": _ADMIN,
    # Contracts
    "see_contract": _EVERYBODY,
    "manage_contract": _LEADS,
    "give_contract": _LEADS,
    # Documents read into plans; a draft is seen by its author and by who leads all contracts.
    "draft_plan": _LEADS,
    # What a plan would cost, out of the cases of contracts in scope.
    "foresee_plan": _LEADS - _ADMIN,
    "manage_devices": _FIELD,
    "name_colleagues": frozenset({"customer"}),
    # Cases
    "report_case": _EVERYBODY - {"inspector"},
    "triage_case": _DESK | {"supervisor"},
    "work_case": _FIELD,
    # Parts and devices of a case on their way: ordered, set aside, sent to repair, lent, and back.
    "move_goods": _FIELD | {"storekeeper"},
    "pause_case": _FIELD,
    "escalate_case": _FIELD | {"supervisor"},
    "close_case": _DESK | {"supervisor", "customer"},
    "reopen_case": _DESK | {"supervisor", "customer"},
    "cancel_case": _DESK | {"customer"},
    "change_severity": _DESK | {"supervisor"},
    "back_date": _DESK | {"supervisor", "engineer", "resident"},
    "excuse_breach": _LEADS | {"supervisor"},
    "import_cases": _DESK,
    "urge_case": frozenset({"customer"}) | _DESK,
    "rate_case": frozenset({"customer"}),
    # Knowledge
    "write_article": _FIRM,
    "review_article": _LEADS | {"supervisor"},
    # Field work
    "plan_work_order": _DESK,
    "do_work_order": frozenset({"engineer", "resident", "project_manager"}),
    "see_work_order": _EVERYBODY,  # the customer reads what he signs
    "manage_points": _DESK,
    # Rounds; planned and done like other work orders
    "see_rounds": _EVERYBODY,
    "manage_checklists": _LEADS | {"supervisor"},
    # Trainings and meetings; the customer sees them, lists who comes, agrees to plans and confirms results
    "see_training": _EVERYBODY,
    "plan_training": _DESK | {"supervisor"},
    "hold_training": _FIELD | {"supervisor"},
    "list_trainees": _FIELD | {"supervisor", "customer"},
    "answer_training": _LEADS | {"customer"},
    "manage_courses": _LEADS | {"supervisor"},
    # Steps of flows
    "approve_step": _LEADS,
    "approve_extraction": _LEADS | {"customer"},
    "handle_complaint": _DESK | {"supervisor"},
    "sign_for_owner": _FIELD | {"customer"},
    "manage_routing": _LEADS,
    # Calls after a closed case
    "see_follow_ups": _FIRM,
    "make_follow_up": frozenset({"supervisor", "operator", "manager", "general_manager", "admin"}),
    # Surveys: the supervisor runs them; the customer answers his own and reads results.
    "see_surveys": _EVERYBODY,
    "run_survey": frozenset({"supervisor", "project_manager", "manager", "general_manager", "admin"}),
    "enter_answer": _FIELD | {"supervisor"},
    "manage_question_sets": _LEADS | {"supervisor"},
    # Roster and named staff
    "see_roster": _FIRM,
    "manage_roster": _DESK | {"supervisor"},
    "manage_staff": _LEADS,
    # Service forms
    "issue_form": _FIELD | {"supervisor", "storekeeper"},
    "sign_form": _EVERYBODY - {"inspector"},
    "manage_form_templates": _LEADS | {"operator"},
    # Calls; what nobody can put under a contract is the firm's, so files of records are for those who see all.
    "see_calls": _FIRM,
    "record_call": _FIELD | {"supervisor"},
    "import_calls": frozenset({"operator", "manager", "general_manager", "admin"}),
    "manage_hotline": _LEADS | {"operator"},
    "answer_change": _LEADS | {"customer"},
    # Intake besides the desk
    "sort_mail": frozenset({"operator", "supervisor", "manager", "general_manager", "admin"}),
    "see_alarms": _FIELD | {"supervisor"},
    "manage_channels": _ADMIN | {"general_manager"},
    # Customer secrets: those who serve the contract look, with a reason; the desk and the administrators do not.
    "see_secrets": frozenset(
        {"engineer", "resident", "project_manager", "manager", "general_manager", "customer"}
    ),
    "open_secret": frozenset({"engineer", "resident", "project_manager"}),
    "manage_secret": frozenset({"engineer", "resident", "project_manager"}),
    "approve_secret": frozenset({"project_manager"}),
    "answer_session": _FIELD | {"customer"},
    # Obligations: the firm does them, leads decide about them, the customer answers and records what he owes himself.
    "see_obligations": _EVERYBODY,
    "do_obligation": _FIRM,
    "lead_obligation": _LEADS | {"supervisor"},
    "answer_obligation": _FIRM | {"customer"},
    "enter_happening": _DESK | {"supervisor", "resident"},
    # Quotas: who works for the contract enters readings; leads decide what does not count and review.
    "see_quotas": _EVERYBODY,
    "enter_reading": _FIELD | {"supervisor", "storekeeper"},
    "exclude_time": _LEADS | {"supervisor"},
    "review_quota": _LEADS | {"supervisor"},
    "answer_quota": frozenset({"customer"}),
    # Promises of people: the firm names who fills a post, the customer assesses, agrees and asks for others.
    "see_staffing": _EVERYBODY,
    "manage_staffing": _LEADS,
    "answer_staffing": _LEADS | {"customer"},
    # Reports: whoever works writes, a lead who did not write it approves and issues, the customer confirms.
    "see_reports": _EVERYBODY,
    "write_report": _FIELD | {"supervisor", "storekeeper"},
    "approve_report": _LEADS | {"supervisor"},
    "confirm_report": frozenset({"customer"}),
    "keep_attendance": _FIRM,
    "manage_safety": _FIELD | {"supervisor"},
    # Entitlements: the customer claims and answers, whoever works for him does, leads grant.
    "see_entitlements": _EVERYBODY,
    "claim_entitlement": _FIRM | {"customer"},
    "do_entitlement": _FIELD | {"supervisor", "storekeeper"},
    "grant_entitlement": _LEADS,
    "record_breach": _FIELD | {"supervisor"},
    "answer_entitlement": frozenset({"customer"}),
    "record_charge": _FIELD | {"supervisor"},
    # Reading
    "see_statement": _EVERYBODY,
    "see_ledger": _FIRM | {"inspector"},
}


def allowed(role: str, act: str) -> bool:
    """True if the role may do the act.

    Raises:
        KeyError: there is no such act; a misspelt one must not pass for a forbidden one.
    """
    return role in RIGHTS[act]
