"""What every act on a claim is as a page: a form that says what it does, runs one action, and keeps what was typed.

An act is a subclass of `Act`, registered under the name of the action it calls: `/desk/cases/<id>/do/<name>/`. Its fields
bear the names the action's refusals use, so that a refusal finds its box by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing, Refused
from anxin.access.permissions import Permission
from anxin.journeys.claims.queries import ClaimPage


@dataclass(frozen=True, slots=True)
class Context:
    """What a form is made from: the page as read now, who asks, the query string (`?party=tp1`)."""

    page: ClaimPage
    actor: Actor
    asked: Mapping[str, str]
    now: datetime

    @property
    def claim(self) -> str:
        return self.page.case.public_id


class Act(forms.Form):
    """One act. `expected` is the number of events the person saw: another's change in between is told, not overrun."""

    required_css_class = ""
    title: ClassVar[Any] = ""
    button: ClassVar[Any] = ""
    """Words of the filled button; default: the title."""
    permission: ClassVar[Permission]
    explain: ClassVar[Any] = ""
    done: ClassVar[Any] = ""
    """What the case page says afterwards."""
    template: ClassVar[str] = "desk/act/form.html"
    danger: ClassVar[bool] = False
    keeps_enter: ClassVar[bool] = False
    """Enter in a box shows the form again instead of sending it: for forms with buttons of their own."""
    aliases: ClassVar[Mapping[str, str]] = {}
    """Name of a field in a refusal → name of the box here."""
    whole: ClassVar[frozenset[str]] = frozenset()
    """Boxes as wide as the form."""

    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, context: Context, *args: Any, **options: Any):
        self.context = context
        super().__init__(*args, **options)
        self.fields["expected"].initial = context.page.case.event_count
        self.prepare()

    # -- for subclasses ------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Fill in choices and first values from `self.context`."""

    def run(self, **who: Any) -> Any:
        """Call the action with `claim`, `expected`, `actor`, `now` in `who`. Refusals are shown beside the boxes."""
        raise NotImplementedError

    def extra(self) -> dict[str, Any]:
        """More for the template."""
        return {}

    def press(self, request: HttpRequest) -> bool:
        """A button that changes the form and saves nothing ("add a line"). True when it was one."""
        return False

    @property
    def words_done(self) -> str:
        return str(self.done or self.title)

    # -- for the view --------------------------------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        return str(self.title)

    @property
    def button_words(self) -> str:
        return str(self.button or self.title)

    def boxes(self) -> list[tuple[Any, str]]:
        """The visible boxes with the class each has on the form."""
        return [
            (self[name], "whole" if name in self.whole or isinstance(field.widget, forms.Textarea) else "")
            for name, field in self.fields.items()
            if not field.widget.is_hidden
        ]

    def retype(self, name: str, value: str) -> None:
        """Change one hidden box of what was sent, for the form to be shown with it."""
        typed = QueryDict(mutable=True)
        for key in self.data:
            values = self.data.getlist(key) if isinstance(self.data, QueryDict) else [self.data[key]]
            typed.setlist(key, values)
        typed[name] = value
        self.data = typed

    def take_refusal(self, refused: Refused) -> None:
        """Put the words beside their boxes; what has no box stands above the form."""
        placed = False
        for name, why in refused.fields.items():
            box = self.aliases.get(name, name)
            if box in self.fields:
                self.add_error(box, why)
                placed = True
            else:
                self.add_error(None, why)
        if not placed and str(refused.message) not in self.non_field_errors():
            self.add_error(None, str(refused.message))


_acts: dict[str, type[Act]] = {}


def act(name: str) -> Any:
    """Register an act under the name of its action."""

    def keep(form: type[Act]) -> type[Act]:
        if name in _acts:
            raise ValueError(f"act {name!r} is registered twice")
        _acts[name] = form
        return form

    return keep


def find(name: str) -> type[Act]:
    """Raises `Missing` for a name nobody registered."""
    if name not in _acts:
        raise Missing(_("There is no such page."))
    return _acts[name]


def names() -> frozenset[str]:
    return frozenset(_acts)
