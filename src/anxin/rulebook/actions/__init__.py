"""The only writers of editions, and of the events that re-date running promises."""

from anxin.rulebook.actions.calendar import (
    refresh_calendar,
    remove_calendar_override,
    set_calendar_override,
    set_office_hours,
)
from anxin.rulebook.actions.changing import (
    add_rule,
    change_authority,
    change_list,
    change_prices,
    change_rule,
    change_threshold,
    drop_rule,
)
from anxin.rulebook.actions.publishing import publish, publish_again
from anxin.rulebook.actions.redating import Redating, redate_open_promises, redating_outlook

__all__ = [
    "Redating", "add_rule", "change_authority", "change_list", "change_prices", "change_rule", "change_threshold",
    "drop_rule", "publish", "publish_again", "redate_open_promises", "redating_outlook", "refresh_calendar",
    "remove_calendar_override", "set_calendar_override", "set_office_hours",
]  # fmt: skip
