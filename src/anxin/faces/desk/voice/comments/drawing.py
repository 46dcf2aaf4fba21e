"""The overview in words, tables and charts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from anxin.engines.reading.text import Share
from anxin.faces.desk.views_admin.tables import Cell, Row, Table, num
from anxin.voice.comments.models import Comment
from anxin.voice.comments.overview import Month, Overview, TopicLine

Feeling = Comment.Feeling
TONES = {
    Feeling.NEGATIVE: ("broken", "alert-circle"),
    Feeling.NEUTRAL: ("paused", "circle-minus"),
    Feeling.POSITIVE: ("kept", "circle-check"),
    Feeling.UNSURE: ("near", "help"),
}


def percent(value: float) -> str:
    return f"{value * 100:.0f}%"


def interval(share: Share) -> str:
    """`23% (20–26%)`; a dash where there is nothing to take a share of."""
    if not share.of:
        return "–"
    return f"{percent(share.value)} ({share.low * 100:.0f}–{percent(share.high)})"


def month_words(month: Month) -> str:
    return f"{month.first:%Y-%m}"


def findings(found: Overview) -> list[str]:
    """What the numbers say first: the topic spoken of most, the one complained of most, the last month against the one before."""
    said = []
    spoken = [line for line in found.topics if line.share.count and line.topic.code != "other"]
    if spoken:
        first = spoken[0]
        said.append(
            _("Spoken of most: %(topic)s, in %(share)s of the comments.")
            % {"topic": first.topic.name, "share": interval(first.share)}
        )
        # The one whose interval begins highest: a topic with two comments, both negative, does not win.
        worst = max(spoken, key=lambda line: line.negative.low)
        if worst.negative.count:
            said.append(
                _("Complained of most: %(topic)s, negative in %(share)s of its comments.")
                % {"topic": worst.topic.name, "share": interval(worst.negative)}
            )
    if len(found.months) > 1:
        before, last = found.months[-2:]
        apart = last.negative.low > before.negative.high or last.negative.high < before.negative.low
        facts = {
            "month": month_words(last), "share": interval(last.negative),
            "before": month_words(before), "share_before": interval(before.negative),
        }  # fmt: skip
        said.append(
            _("Negative in %(month)s: %(share)s; in %(before)s: %(share_before)s. The change is more than chance.")
            % facts
            if apart
            else _("Negative in %(month)s: %(share)s; in %(before)s: %(share_before)s. Chance alone may explain it.")
            % facts
        )
    return said


def topics_table(lines: tuple[TopicLine, ...], href: str) -> Table:
    """`href` is the list's address, to which the topic is added."""
    return Table(
        _("Topics"),
        [
            (_("Topic"), ""), (_("Comments"), "num"), (_("Share (95% interval)"), "num"), (_("Negative (95% interval)"), "num"),
            (_("Positive (95% interval)"), "num"), (_("Mean sentiment, −1 to 1"), "num"), (_("Words that set it apart"), ""),
        ],
        [
            Row([
                Cell(line.topic.name, f"{href}topic={line.topic.code}"), num(str(line.share.count)), num(interval(line.share)),
                num(interval(line.negative)), num(interval(line.positive)),
                num(f"{line.sentiment:+.2f}".replace("-", "−") if line.share.count else "–"), Cell(_(", ").join(line.words)),
            ])
            for line in lines
        ],
    )  # fmt: skip


def months_table(months: tuple[Month, ...]) -> Table:
    return Table(
        _("Month by month"),
        [
            (_("Month"), ""), (_("Comments"), "num"), (_("Negative (95% interval)"), "num"),
            (_("Positive (95% interval)"), "num"), (_("Neutral"), "num"), (_("Unclear"), "num"),
        ],
        [
            Row([
                Cell(month_words(month)), num(str(month.negative.of)), num(interval(month.negative)), num(interval(month.positive)),
                num(str(month.feelings.get(Feeling.NEUTRAL, 0))), num(str(month.feelings.get(Feeling.UNSURE, 0))),
            ])
            for month in months
        ],
    )  # fmt: skip


def topics_chart(lines: tuple[TopicLine, ...]) -> dict[str, Any]:
    """Shares as bars with their intervals as whiskers."""
    return {
        "kind": "shares",
        "label": str(_("Share of the comments")),
        "rows": [
            {"name": line.topic.name, "value": line.share.value, "low": line.share.low, "high": line.share.high}
            for line in lines
            if line.share.count
        ],
    }


def months_chart(months: tuple[Month, ...]) -> dict[str, Any]:
    """Negative and positive shares as lines, the negative one's interval as a band."""
    return {
        "kind": "months",
        "negative": str(_("Negative")),
        "positive": str(_("Positive")),
        "band": str(_("95% interval of negative")),
        "rows": [
            {
                "month": month_words(month), "negative": month.negative.value, "low": month.negative.low,
                "high": month.negative.high, "positive": month.positive.value,
            }
            for month in months
        ],
    }  # fmt: skip
