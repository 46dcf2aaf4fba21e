"""A questionnaire as a file: JSON out and in, every fault named with its place."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.errors import Invalid
from anxin.voice.questionnaires.form import Faulty, read_definition, to_data
from anxin.voice.questionnaires.models import Version

FORMAT = "anxin-questionnaire"
MOST_BYTES = 1_000_000


def file_of(version: Version) -> bytes:
    """The file of a version: UTF-8 JSON with two spaces, so that two of them compare line by line."""
    row = version.questionnaire
    data = {
        "format": FORMAT, "name": {"zh": row.name_zh, "en": row.name_en}, "version": version.number,
        "questionnaire": version.data,
    }  # fmt: skip
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def read_file(content: bytes) -> tuple[str, str, dict[str, Any]]:
    """Names in Chinese and English ("" for none) and the questionnaire, or `Invalid` with every fault and where it is."""
    if not content.strip():
        raise _bad(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise _bad(_("The questionnaire is larger than 1 MB. Shorten it or split it in two."))
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _bad(_("The file is not text in UTF-8. Export the questionnaire again, or save it as UTF-8.")) from None
    except json.JSONDecodeError as error:
        raise _bad(
            _("The file is not JSON: line %(line)d, column %(column)d.") % {"line": error.lineno, "column": error.colno}
        ) from None
    except RecursionError:
        raise _bad(_("The file is not a questionnaire of ours.")) from None
    if not isinstance(data, dict) or not ({"pages", "questionnaire"} & data.keys()):
        raise _bad(_("The file is not a questionnaire of ours."))
    body = data.get("questionnaire", data)
    try:
        definition = read_definition(body)
    except Faulty as error:
        raise Invalid(_("The questionnaire in the file has faults."), fields=dict(error.faults)) from None
    named = data.get("name")
    names: dict[str, Any] = named if isinstance(named, dict) else {}
    zh, en = (names.get(language) if isinstance(names.get(language), str) else "" for language in ("zh", "en"))
    title = dict(definition.title.words)
    return zh or title.get("zh", "") or en or title.get("en", ""), en or title.get("en", ""), to_data(definition)


def _bad(why: str) -> Invalid:
    return Invalid(why, fields={"file": why})
