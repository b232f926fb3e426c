"""Acts on rounds and checklists. Each is one transaction and one ledger event; what is done on site, `looking` does."""

from luyue.rounds.actions.checklists import current, put_checklist
from luyue.rounds.actions.handing_in import record_done
from luyue.rounds.actions.planning import Wanted, notice_round, plan_round

__all__ = ["Wanted", "current", "notice_round", "plan_round", "put_checklist", "record_done"]
