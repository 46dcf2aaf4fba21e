"""What the promise line shows of one promise at one moment: numbers and marks, the same on every page.

    line = line_of(clock, rule, calendar, now, department="核赔部", person="沈敏")

Pure: a clock (the journal's `Promise` row or a `fold.Clock`), its rule and calendar (of the editions it pins), a moment.
The template component draws it; nothing is computed there. Fields, as `/design/mock`'s parts name them:

| part | fields |
|---|---|
| state | `state`: running, near, broken, paused, kept, void; `state_word`; `icon` (sprite id without `i-`) |
| what | `what` |
| left | `left_before`, `left_number`, `left_after` (translated, the number goes into `<b>`); `left_kind` left, over, stopped, early or none, `left_unit` days, working_days, hours, minutes |
| line | `drawn` (False: a count, there is no line), `x_used`, `x_due`, `x_roll`, `x_now`: text such as "23.1%", `x_roll` and `x_over` empty when there is no such part; `label` for the picture |
| since | `since_on` |
| due | `due_on` (None while paused), `due_at`, `has_time` (a limit of hours: show the time too), `rolled_on` (None when not different), `roll_name` (short, translated), `resume_words` while paused ("28 days left once the clock runs again") |
| who | `department`, `person`, as the caller passes them |
| why | `source`, `text`, `force` |

Rail: 0 → `x_due`; roll: `x_due` → `x_roll`; used: 0 → `x_used`; over (only when broken): `x_due` → `x_over`; mark at
`x_now`. `used_percent` is the share of the limit used, in whole percent, counted in the promise's own unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from anxin.engines.calendar import Calendar
from anxin.journal.promises.fold import BROKEN, KEPT, PAUSED, RUNNING, VOID, ClockLike
from anxin.journal.promises.rules import Rule

NEAR = "near"
STATES = (RUNNING, NEAR, BROKEN, PAUSED, KEPT, VOID)
_DAY = timedelta(days=1)

ICONS = {
    RUNNING: "clock",
    NEAR: "alert-triangle",
    BROKEN: "alert-octagon",
    PAUSED: "player-pause",
    KEPT: "circle-check",
    VOID: "circle-minus",
}
STATE_WORDS = {
    RUNNING: gettext_lazy("In progress"),
    NEAR: gettext_lazy("Nearly due"),
    BROKEN: gettext_lazy("Overdue"),
    PAUSED: gettext_lazy("Paused"),
    KEPT: gettext_lazy("Kept"),
    VOID: gettext_lazy("No longer applies"),
}
# The calendar names holidays in full and in Chinese; a line of text has room for the short word.
_ROLL_NAMES = {
    "周末": gettext_lazy("the weekend"),
    "元旦": gettext_lazy("New Year"),
    "春节": gettext_lazy("Spring Festival"),
    "清明节": gettext_lazy("Qingming"),
    "劳动节": gettext_lazy("Labour Day"),
    "端午节": gettext_lazy("Dragon Boat"),
    "中秋节": gettext_lazy("Mid-Autumn"),
    "国庆节": gettext_lazy("National Day"),
}


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """See the module's table. Dates are days in the insurer's zone, moments are aware and in UTC."""

    rule: str
    klass: str
    unit: str
    state: str
    what: str
    source: str
    text: str
    force: str
    department: str
    person: str
    since_on: date
    started_at: datetime
    due_on: date | None
    due_at: datetime | None
    has_time: bool
    rolled_on: date | None
    roll_full_name: str
    provisional: bool
    drawn: bool
    used_percent: int
    x_used: str
    x_due: str
    x_roll: str
    x_over: str
    x_now: str
    left_kind: str
    left_unit: str
    left_number: str
    units_after_pause: int
    settled_at: datetime | None
    extended: bool
    count: int
    limit: int

    @property
    def state_word(self) -> str:
        return str(STATE_WORDS[self.state])

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    @property
    def was_late(self) -> bool:
        """Broken, and done after all: the line stands still at the moment it was done."""
        return self.state == BROKEN and self.settled_at is not None

    @property
    def roll_name(self) -> str:
        names = [str(_ROLL_NAMES.get(name, name)) for name in self.roll_full_name.split("、") if name]
        return _(", ").join(dict.fromkeys(names))

    @property
    def label(self) -> str:
        """The drawing in words."""
        words = {"state": self.state_word, "share": self.used_percent}
        if self.state == BROKEN:
            return _("%(state)s: the time is used up") % words
        if self.state == PAUSED:
            return _("%(state)s: %(share)d%% was used when the clock stopped") % words
        if self.state == KEPT:
            return _("%(state)s: %(share)d%% of the time was used") % words
        return _("%(state)s: %(share)d%% of the time used") % words

    @property
    def left_words(self) -> str:
        """`left` as one sentence, without mark-up."""
        before, number, after = self._left_parts()
        return f"{before}{number}{after}"

    @property
    def left_before(self) -> str:
        return self._left_parts()[0]

    @property
    def left_after(self) -> str:
        return self._left_parts()[2]

    def _left_parts(self) -> tuple[str, str, str]:
        if self.left_kind == "none":
            return "", "", ""
        before, _number, after = _sentence(self.left_kind, self.left_unit, self.left_number).partition("\x00")
        return before, self.left_number, after

    @property
    def resume_words(self) -> str:
        """While paused: what is left of the limit, in its own unit, once the clock runs again."""
        if self.state != PAUSED:
            return ""
        if self.has_time:
            hours = f"{self.units_after_pause / 60:.1f}"
            return _("%(hours)s hours left once the clock runs again") % {"hours": hours}
        if self.unit == "working_days":
            return ngettext(
                "%(days)d working day left once the clock runs again",
                "%(days)d working days left once the clock runs again",
                self.units_after_pause,
            ) % {"days": self.units_after_pause}
        return ngettext(
            "%(days)d day left once the clock runs again",
            "%(days)d days left once the clock runs again",
            self.units_after_pause,
        ) % {"days": self.units_after_pause}


def _sentence(kind: str, unit: str, number: str) -> str:
    """The sentence with a NUL where the number stands."""
    plural = 1 if number == "1" else 2
    patterns = {
        ("left", "days"): lambda: ngettext("%(n)s day left", "%(n)s days left", plural),
        ("left", "hours"): lambda: ngettext("%(n)s hour left", "%(n)s hours left", plural),
        ("left", "minutes"): lambda: ngettext("%(n)s minute left", "%(n)s minutes left", plural),
        ("over", "days"): lambda: ngettext("%(n)s day over", "%(n)s days over", plural),
        ("over", "working_days"): lambda: ngettext("%(n)s working day over", "%(n)s working days over", plural),
        ("over", "hours"): lambda: ngettext("%(n)s hour over", "%(n)s hours over", plural),
        ("over", "minutes"): lambda: ngettext("%(n)s minute over", "%(n)s minutes over", plural),
        ("stopped", "days"): lambda: ngettext("stopped for %(n)s day", "stopped for %(n)s days", plural),
        ("early", "days"): lambda: ngettext("%(n)s day early", "%(n)s days early", plural),
        ("early", "hours"): lambda: ngettext("%(n)s hour early", "%(n)s hours early", plural),
        ("early", "minutes"): lambda: ngettext("%(n)s minute early", "%(n)s minutes early", plural),
    }
    return patterns[kind, unit]() % {"n": "\x00"}


def state_at(clock: ClockLike, rule: Rule, now: datetime) -> str:
    """The state to show. A clock past its due moment shows as broken even before the timer has written the breach."""
    if clock.settled_at is not None or clock.state != RUNNING or clock.due_at is None:
        return clock.state
    if now >= clock.due_at:
        # The customer's own limit (art. 26) is no promise of ours: when it has passed there is nothing to break.
        return VOID if rule.klass == "limitation" else BROKEN
    if clock.near_at is not None and now >= clock.near_at:
        return NEAR
    return RUNNING


def line_of(
    clock: ClockLike, rule: Rule, calendar: Calendar, now: datetime, *, department: str = "", person: str = ""
) -> PromiseLine:
    """The line of one promise at `now` (aware). `rule` and `calendar` are those of the editions the clock pins."""
    state = state_at(clock, rule, now)
    moment = clock.settled_at or (clock.paused_at if state == PAUSED else None) or now
    drawn = clock.due_at is not None or state == PAUSED
    has_time = clock.unit in ("minutes", "hours", "office_minutes")
    total, used = _used(clock, calendar, moment) if drawn else (1.0, 0.0)
    if state == BROKEN and drawn:
        drawing = _broken_drawing(clock, calendar, moment)
        used = total
    else:
        roll = (clock.rolled_on - clock.strict_on).days if clock.rolled_on and clock.strict_on else 0
        width = total + roll
        at = _percent(used / width)
        drawing = _Drawing(at, _percent(total / width), "100.0%" if roll else "", "", at)
    kind, unit, number = _left(clock, rule, calendar, state, moment, now) if drawn else ("none", "days", "")
    is_dated = state != PAUSED and clock.due_at is not None
    rolled = clock.rolled_on if is_dated and clock.rolled_on != clock.strict_on else None
    return PromiseLine(
        rule=clock.rule, klass=rule.klass, unit=clock.unit, state=state, what=rule.what, source=rule.source, text=rule.text,
        force=rule.force, department=department, person=person, since_on=calendar.date_of(clock.started_at),
        started_at=clock.started_at,
        due_on=(clock.strict_on or calendar.date_of(clock.due_at)) if is_dated and clock.due_at else None,
        due_at=clock.due_at if is_dated else None, has_time=has_time, rolled_on=rolled,
        roll_full_name=clock.roll_name if rolled else "", provisional=clock.provisional, drawn=drawn,
        used_percent=int(100 * used / total + 0.5), x_used=drawing.used if drawn else "",
        x_due=drawing.due if drawn else "", x_roll=drawing.roll if drawn else "", x_over=drawing.over,
        x_now=drawing.now if drawn else "", left_kind=kind, left_unit=unit, left_number=number,
        units_after_pause=clock.left if state == PAUSED else 0, settled_at=clock.settled_at, extended=clock.extended,
        count=clock.count, limit=rule.limit,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Drawing:
    used: str
    due: str
    roll: str
    over: str
    now: str


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _used(clock: ClockLike, calendar: Calendar, moment: datetime) -> tuple[float, float]:
    """The length of the limit and how much of it is used at `moment`, both in the promise's own unit.

    Counted back from the end, so that stops and extensions need no thought: what is used is what is not left. The
    first day is not counted (Civil Code art. 201), so nothing is used before the next midnight.
    """
    if clock.unit in ("calendar_days", "years", "working_days"):
        today = calendar.date_of(moment)
        rest_of_today = (calendar.end_of_day(today) - moment) / _DAY
        if clock.unit == "years":
            started_on = calendar.date_of(clock.started_at)
            due_on = clock.strict_on or started_on
            # A paused limitation has no date; its length is then what an ordinary year gives.
            total = (due_on - started_on).days - clock.stopped_days if clock.strict_on else clock.amount * 365
        else:
            total = clock.amount
        if clock.due_at is None or clock.strict_on is None:
            whole_days = clock.left
        elif clock.unit == "working_days":
            whole_days = calendar.working_days_between(today, clock.strict_on)
        else:
            whole_days = (clock.strict_on - today).days
        counts_today = clock.unit != "working_days" or calendar.is_working_day(today)
        remaining = whole_days + (rest_of_today if counts_today else 0.0)
    else:
        total = clock.amount * 60 if clock.unit == "hours" else clock.amount
        if clock.due_at is None:
            remaining = float(clock.left)
        elif clock.unit == "office_minutes":
            remaining = float(calendar.office_minutes_between(moment, clock.due_at))
        else:
            remaining = (clock.due_at - moment) / timedelta(minutes=1)
    total = max(total, 1)
    return float(total), min(float(total), max(0.0, total - remaining))


def _broken_drawing(clock: ClockLike, calendar: Calendar, moment: datetime) -> _Drawing:
    """Time past the limit is drawn by the plain calendar: on a weekend a late promise gets later all the same."""
    assert clock.due_at is not None
    start = clock.started_at
    if clock.strict_on is not None:
        start = calendar.end_of_day(calendar.date_of(start))
    start += timedelta(days=clock.stopped_days)
    length = max(clock.due_at - start, timedelta(minutes=1))
    end = max(moment, clock.due_at)
    rolled = clock.rolled_at if clock.rolled_at and clock.rolled_at != clock.due_at else None
    width = length + (max(end, rolled) if rolled else end) - clock.due_at
    due = _percent(length / width)
    at = _percent((length + end - clock.due_at) / width)
    return _Drawing(due, due, _percent((length + rolled - clock.due_at) / width) if rolled else "", at, at)


def _left(
    clock: ClockLike, rule: Rule, calendar: Calendar, state: str, moment: datetime, now: datetime
) -> tuple[str, str, str]:
    if state == PAUSED:
        assert clock.paused_at is not None
        stopped = calendar.date_of(now) - calendar.date_of(clock.paused_at)
        return "stopped", "days", str(max(0, stopped.days))
    if state == VOID or clock.due_at is None:
        return "none", "days", ""
    due_on = clock.strict_on or calendar.date_of(clock.due_at)
    days = (due_on - calendar.date_of(moment)).days
    if state == BROKEN:
        if clock.unit == "working_days":
            working = calendar.working_days_between(due_on, calendar.date_of(moment))
            if working:
                return "over", "working_days", str(working)
        if clock.strict_on is not None:
            return "over", "days", str(max(1, -days))
        return "over", *_length(moment - clock.due_at, -days)
    return ("early" if state == KEPT else "left"), *_length(clock.due_at - moment, days)


def _length(span: timedelta, days: int) -> tuple[str, str]:
    """Whole days, as the dates differ; within a day hours with one decimal; within an hour minutes."""
    if days >= 1 and span >= _DAY:
        return "days", str(days)
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes >= 60:
        return "hours", f"{minutes / 60:.1f}"
    return "minutes", str(minutes)
