"""The grammar of requests and answers. Money is whole fen, a moment has a zone, an id is 24 hexadecimal letters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

# A hundred billion yuan: far above any policy, far below what a 64-bit column holds.
MAX_FEN = 10_000_000_000_000

# Neither database keeps a NUL in text.
TEXT = r"^[^\x00]*$"
ID = r"^[0-9a-f]{24}$"


class Given(BaseModel):
    """What a request says. An unknown field is refused: it is a typing error more often than not."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """What is answered."""

    model_config = ConfigDict()


def _sensible(moment: datetime) -> datetime:
    # Time zones and databases part ways at the edges of the calendar.
    if not datetime(1900, 1, 1, tzinfo=UTC) <= moment <= datetime(2200, 1, 1, tzinfo=UTC):
        raise ValueError(_("Give a moment between 1900 and 2200."))
    return moment.astimezone(UTC)


def _sensible_day(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError(_("Give a day between 1900 and 2200."))
    return day


Fen = Annotated[int, Field(strict=True, ge=0, le=MAX_FEN, description="Money in fen (1/100 yuan).", examples=[128_000])]
Moment = Annotated[AwareDatetime, AfterValidator(_sensible)]
Day = Annotated[date, AfterValidator(_sensible_day)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Sequence = Annotated[
    int,
    Field(
        strict=True, ge=1, le=1_000_000,
        description=(
            "The `sequence` of the claim that this was decided on; the header `If-Match` may say it instead. When someone "
            "else changed the claim since then, nothing is written and the answer is 409 `stale`."
        ),
    ),
]  # fmt: skip


# Named by the most characters they may have; `Some…` must not be empty.
Text12 = Annotated[str, Field(max_length=12, pattern=TEXT)]
Text16 = Annotated[str, Field(max_length=16, pattern=TEXT)]
Text30 = Annotated[str, Field(max_length=30, pattern=TEXT)]
Text80 = Annotated[str, Field(max_length=80, pattern=TEXT)]
Text100 = Annotated[str, Field(max_length=100, pattern=TEXT)]
Text160 = Annotated[str, Field(max_length=160, pattern=TEXT)]
Text500 = Annotated[str, Field(max_length=500, pattern=TEXT)]
Text2000 = Annotated[str, Field(max_length=2000, pattern=TEXT)]
Some60 = Annotated[str, Field(min_length=1, max_length=60, pattern=TEXT)]
Some200 = Annotated[str, Field(min_length=1, max_length=200, pattern=TEXT)]
Some2000 = Annotated[str, Field(min_length=1, max_length=2000, pattern=TEXT)]
Some4000 = Annotated[str, Field(min_length=1, max_length=4000, pattern=TEXT)]
ShortText = Annotated[str, Field(max_length=60, pattern=TEXT)]
LineText = Annotated[str, Field(max_length=200, pattern=TEXT)]
LongText = Annotated[str, Field(max_length=4000, pattern=TEXT)]
Code = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_.-]+$")]
PublicId = Annotated[str, Field(pattern=ID, examples=["5f2b9c0a1d3e4f5061728394"])]

ClaimId = Annotated[str, Path(pattern=ID, description="The claim's `id`.")]
RecordId = Annotated[str, Path(pattern=ID, description="The record's `id`.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str,
    Query(max_length=200, pattern=r"^[A-Za-z0-9_=-]*$", description="`next` of the page before; empty for the first."),
]
Search = Annotated[str, Query(max_length=60, pattern=TEXT, description="What to look for.")]


class Page(Answer):
    """A page of a list."""

    next: str | None = Field(description="The `cursor` of the next page; null on the last one.")
