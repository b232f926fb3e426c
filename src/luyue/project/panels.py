"""What apps further up add to the pages of those below: place → dotted names of functions.

Each is called with the request and the thing that the page is about, and returns its part as HTML, or "" when there is
nothing to show. The one place that answers "who adds to this page?", see `luyue.web.panels`.
"""

PANELS: dict[str, list[str]] = {
    # Below the acts of a case, full width.
    "case.top": ["luyue.field.panels.case_top"],
    # Cards beside the timeline of a case.
    "case.side": [
        "luyue.field.panels.case_side",
        "luyue.hotline.panels.calls_of_case",
        "luyue.vault.panels.sessions_of_case",
        "luyue.service_forms.pages.forms.case_panel",
        "luyue.knowledge.pages.case_card",
        "luyue.follow_ups.pages.case_panel",
        "luyue.obligations.panels.of_case",
        "luyue.entitlements.panels.of_case",
        "luyue.portal.pages.rating_card",
        "luyue.channels.panels.case_card",
    ],
    # More facts of a contract.
    "contract.facts": ["luyue.devices.panels.counts_of_contract"],
    # Cards below the facts of a contract.
    "contract": [
        "luyue.obligations.panels.of_contract",
        "luyue.measures.panels.of_contract",
        "luyue.rounds.panels.contract_card",
        "luyue.training.panels.contract_card",
        "luyue.reports.panels.contract_card",
        "luyue.surveys.panels.contract_card",
        "luyue.roster.pages.staff.contract_panel",
        "luyue.staffing.pages.board.contract_panel",
        "luyue.entitlements.panels.of_contract",
        "luyue.hotline.panels.hotline_of_contract",
        "luyue.portal.pages.contract_card",
    ],
    # Below the tabs of a plan version.
    "plan": ["luyue.drafting.panels.of_plan", "luyue.foresight.panels.of_plan"],
    # Buttons above a plan document under review; the thing is its draft, ready to be reviewed.
    "drafting.tools": ["luyue.foresight.panels.of_draft"],
    # Buttons above a contract's sites and devices.
    "contract.devices": ["luyue.channels.panels.label_button"],
    # Cards beside an obligation.
    "obligation": [
        "luyue.rounds.panels.obligation_card",
        "luyue.training.panels.obligation_card",
        "luyue.reports.panels.obligation_card",
        "luyue.surveys.panels.obligation_card",
        "luyue.staffing.panels.obligation_card",
    ],
    # Below the list of a contract's service people.
    "staff": ["luyue.staffing.panels.staff_list_card"],
    # Cards of a work order, before its checks.
    "order": ["luyue.rounds.panels.order_card"],
    # Cards below the facts of a device.
    "device": ["luyue.entitlements.panels.of_device"],
    # Cards below the facts of a person.
    "person": ["luyue.roster.pages.staff.person_panel", "luyue.desk.pages.routing.person_panel"],
    # Cards beside a service form.
    "form": ["luyue.field.panels.order_of_form"],
    # Beside the form of intake; the thing is the chosen contract.
    "intake": [
        "luyue.knowledge.pages.intake_card",
    ],
    # Not shown: called in the transaction in which the form of intake has taken in a case.
    "intake.taken": ["luyue.hotline.panels.link_to_call"],
    # Figures on top of the storekeeper's workbench, and cards before his lists of goods; the thing is the person.
    "home.store.tiles": [
        "luyue.field.panels.store_tile",
        "luyue.service_forms.panels.store_tile",
        "luyue.measures.panels.store_tile",
        "luyue.entitlements.panels.store_tile",
        "luyue.obligations.panels.store_tile",
    ],
    "home.store": [
        "luyue.field.panels.store_card",
        "luyue.service_forms.panels.store_card",
        "luyue.measures.panels.store_card",
        "luyue.entitlements.panels.store_card",
        "luyue.obligations.panels.home_card",
    ],
    # Cards before the cases of whoever works on some; the thing is the person.
    "home.own": [
        "luyue.staffing.panels.home_card",
        "luyue.field.panels.home_card",
        "luyue.obligations.panels.home_card",
    ],
    # Figures on top of the workbenches of those who answer for others, and cards before what was missed; the thing is
    # the person.
    "home.supervisor.tiles": ["luyue.follow_ups.panels.calls_tile", "luyue.surveys.panels.calls_tile"],
    "home.supervisor": ["luyue.follow_ups.panels.calls_card", "luyue.follow_ups.panels.low_card"],
    "home.lead": ["luyue.obligations.panels.home_card", "luyue.reports.panels.home_card"],
    # Below the lists of a customer's workbench; the thing is the person.
    "home.customer": [
        "luyue.surveys.panels.home_card",
        "luyue.portal.pages.home_card",
        "luyue.obligations.panels.of_customer",
        "luyue.training.panels.of_customer",
        "luyue.reports.panels.customer_card",
        "luyue.measures.panels.of_customer",
        "luyue.entitlements.panels.of_customer",
    ],
}

# Tables with a `case_id` that the panels beside a case ask `luyue.web.panels.filled` about.
TABLES = [
    "channels_incomingmail", "channels_labelreport", "channels_machinealarm", "entitlements_charge",
    "entitlements_use", "field_workorder",
    "follow_ups_followup", "hotline_call", "obligations_obligation", "portal_rating",
    "service_forms_serviceform", "vault_session",
]  # fmt: skip
