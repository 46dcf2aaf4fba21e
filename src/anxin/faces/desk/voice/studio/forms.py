"""Forms of the studio whose boxes are always the same; a question's and a condition's are in `sheet` and `conditions`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.faces.desk.forms_admin.base import Sheet
from anxin.voice.questionnaires.catalogue import blocks, known_instruments
from anxin.voice.questionnaires.form import LANGUAGES

LANGUAGE_CHOICES = [("zh", gettext_lazy("Chinese")), ("en", gettext_lazy("English"))]


class Names(Sheet):
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=120, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=160, required=False)


class Begin(Names):
    begin = forms.ChoiceField(
        label=gettext_lazy("Begin from"), required=False, widget=forms.RadioSelect,
        help_text=gettext_lazy("A copy has its own life: the original does not change with it."),
    )  # fmt: skip
    whole = frozenset({"begin"})

    def __init__(
        self,
        data: Any,
        *,
        initial: dict[str, Any],
        templates: Sequence[tuple[str, str]],
        ours: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, initial=initial)
        choices: list[Any] = [("", _("A blank page"))]
        if templates:
            choices.append((_("Templates"), list(templates)))
        if ours:
            choices.append((_("Copies of ours"), list(ours)))
        self.fields["begin"].choices = choices  # type: ignore[attr-defined]


class Upload(Sheet):
    file = forms.FileField(label=gettext_lazy("Questionnaire (JSON)"), allow_empty_file=True)
    whole = frozenset({"file"})


def _text(label: Any, *, rows: int = 0, most: int = 2000) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


class Settings(Sheet):
    """Languages and the words around the questions."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=LANGUAGE_CHOICES, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("All texts must be there in each of them before anybody is asked. The first is the default."),
    )  # fmt: skip
    title_zh = _text(gettext_lazy("Title in Chinese"), most=200)
    title_en = _text(gettext_lazy("Title in English"), most=200)
    intro_zh = _text(gettext_lazy("Introduction in Chinese"), rows=3)
    intro_en = _text(gettext_lazy("Introduction in English"), rows=3)
    thanks_zh = _text(gettext_lazy("Thanks in Chinese"), rows=2)
    thanks_en = _text(gettext_lazy("Thanks in English"), rows=2)
    whole = frozenset({"languages"})

    @classmethod
    def of(cls, data: dict[str, Any], typed: Any = None) -> Settings:
        return cls(
            typed, initial={"languages": data.get("languages") or ["zh"], **spread(data, "title", "intro", "thanks")}
        )

    def taken(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"languages": given["languages"], **gathered(given, "title", "intro", "thanks")}


class PageSheet(Sheet):
    """A page's words and order; its condition has boxes of its own."""

    title_zh = _text(gettext_lazy("Title in Chinese"), most=200)
    title_en = _text(gettext_lazy("Title in English"), most=200)
    intro_zh = _text(gettext_lazy("Introduction in Chinese"), rows=3)
    intro_en = _text(gettext_lazy("Introduction in English"), rows=3)
    shuffle = forms.BooleanField(label=gettext_lazy("Ask its questions in a random order"), required=False)

    @classmethod
    def of(cls, page: dict[str, Any], typed: Any = None) -> PageSheet:
        return cls(typed, initial={"shuffle": bool(page.get("shuffle")), **spread(page, "title", "intro")})

    def taken(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {**gathered(given, "title", "intro"), "shuffle": given["shuffle"]}


class Insert(Sheet):
    """What to add at a page's end: a block, or an instrument in a stage."""

    what = forms.ChoiceField(label=gettext_lazy("What to add"), widget=forms.RadioSelect)
    stage = forms.ChoiceField(label=gettext_lazy("Stage of the service"), required=False)
    required = forms.BooleanField(label=gettext_lazy("Every item must be answered"), required=False, initial=True)
    unsure = forms.BooleanField(label=gettext_lazy("Offer “cannot say”"), required=False)
    whole = frozenset({"what"})

    def __init__(self, data: Any = None, *, language: str) -> None:
        super().__init__(data, initial={"required": True})
        found = known_instruments()
        items = [
            (f"instrument-{one.name}", _("%(title)s: %(items)d items") % {"title": one.title.text(language), "items": len(one.items)})
            for one in found
        ]  # fmt: skip
        ready = [(f"block-{one.code}", one.name.get(language) or one.name["zh"]) for one in blocks()]
        self.fields["what"].choices = [(_("Blocks"), ready), (_("Instruments"), items)]  # type: ignore[attr-defined]
        stages = {stage.code: stage.name.text(language) for one in found for stage in one.stages}
        self.fields["stage"].choices = [("", _("The service as a whole")), *stages.items()]  # type: ignore[attr-defined]
        self.fields["stage"].help_text = _("Of instruments: the items are worded for it.")


def spread(data: dict[str, Any], *names: str) -> dict[str, str]:
    """Texts of a questionnaire's data as boxes, one a language."""
    found: dict[str, str] = {}
    for name in names:
        text = data.get(name) or {}
        text = {"zh": text} if isinstance(text, str) else text
        found |= {f"{name}_{language}": text.get(language, "") for language in LANGUAGES}
    return found


def gathered(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {
        name: {
            language: given[f"{name}_{language}"].strip()
            for language in LANGUAGES
            if given[f"{name}_{language}"].strip()
        }
        for name in names
    }
