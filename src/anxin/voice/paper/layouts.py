"""Editions of the printed form: found again as long as nothing on the paper changes, numbered anew when something does."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.errors import Invalid
from anxin.engines.reading.forms import Copy, FormError, PaperForm, print_form
from anxin.voice.paper.converting import paper_form
from anxin.voice.paper.models import Layout
from anxin.voice.questionnaires.models import Questionnaire, Version

# What the engine refuses, said to whoever writes questionnaires. Others say it in the engine's own words.
_LETTERS = {"zh": "Z", "en": "E"}


def form_id_of(version: Version, language: str) -> str:
    return f"Q{version.questionnaire_id}{_LETTERS[language]}"


def layout_for(version: Version, language: str, now: datetime) -> Layout:
    """The edition that prints this version in this language as it stands. Raises `Invalid` for what paper cannot hold."""
    form_id = form_id_of(version, language)
    latest = Layout.objects.filter(version=version, language=language).order_by("-number").first()
    if latest is not None:
        form, body = _set(version, language, form_id, latest.number, now)
        if digest_of(form, body) == latest.digest:
            return latest
    with transaction.atomic():
        # One at a time: two runs that begin at once must not give two editions the same number.
        Questionnaire.objects.select_for_update().get(pk=version.questionnaire_id)
        last = Layout.objects.filter(form_id=form_id).order_by("-number").first()
        form, body = _set(version, language, form_id, (last.number if last else 0) + 1, now)
        digest = digest_of(form, body)
        if last is not None and last.version_id == version.pk and last.digest == digest:
            return last
        return Layout.objects.create(
            version=version,
            language=language,
            form_id=form_id,
            number=form.version,
            body=json.dumps(body, ensure_ascii=False),
            form=json.dumps(form.to_data(), ensure_ascii=False),
            digest=digest,
            created_at=now,
        )


def digest_of(form: PaperForm, layout: dict[str, Any]) -> str:
    """Of wording and places; the number is left out, for it is what the digest decides on."""
    what = [{**form.to_data(), "version": 0}, {**layout, "version": 0}]
    return hashlib.sha256(json.dumps(what, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _set(version: Version, language: str, form_id: str, number: int, now: datetime) -> tuple[PaperForm, dict[str, Any]]:
    try:
        form = paper_form(version.definition, language, form_id=form_id, number=number)
        printed = print_form(form, [Copy("0")], timestamp=int(now.timestamp()))
    except FormError as error:
        raise Invalid(in_words(error)) from error
    return form, printed.layout.to_data()


def in_words(error: FormError) -> str:
    about = ", ".join(error.about)
    match error.code:
        case "too_tall":
            return _(
                "“%(about)s” is too tall for one page of paper. Shorten its words, or divide its options in two."
            ) % {"about": about}
        case "no_fields":
            return _("The questionnaire asks nothing that can be printed.")
        case "no_wording" | "no_title":
            return _("Something has no words in this language (%(about)s). Complete the translation first.") % {
                "about": about or _("title")
            }
    return _("This questionnaire cannot be printed: %(why)s") % {"why": str(error)}
