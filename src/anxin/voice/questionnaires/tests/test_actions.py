"""Writing, trying out, publishing; and what was published never changes, whoever tries."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed, Stale
from anxin.voice.questionnaires import actions
from anxin.voice.questionnaires.catalogue import TEMPLATES
from anxin.voice.questionnaires.models import Questionnaire, Version, VersionChanged
from anxin.voice.questionnaires.queries import listed, looked_over
from anxin.voice.questionnaires.shipping import ensure_templates
from anxin.voice.questionnaires.tests.test_editing import DATA
from anxin.voice.questionnaires.transfer import file_of, read_file

pytestmark = pytest.mark.django_db
WHOLE = {**DATA, "languages": ["zh"]}


@pytest.fixture
def writer(actors: dict[str, Actor]) -> Actor:
    return actors["administrator"]


@pytest.fixture
def draft(writer: Actor, now: datetime) -> Version:
    return actions.create_questionnaire(name_zh="年度调查", data=WHOLE, actor=writer, now=now)


@pytest.fixture
def published(draft: Version, writer: Actor, now: datetime) -> Version:
    return actions.publish_version(version=draft.public_id, actor=writer, now=now)


def test_only_those_who_may_write(actors: dict[str, Actor], draft: Version, now: datetime) -> None:
    for role in ("surveyor", "auditor", "supervisor", "customer"):
        with pytest.raises(NotAllowed):
            actions.create_questionnaire(name_zh="x", actor=actors[role], now=now)
        with pytest.raises(NotAllowed):
            actions.save_draft(version=draft.public_id, data={}, expected=0, actor=actors[role], now=now)


def test_who_may_not_see_questionnaires_sees_none(actors: dict[str, Actor], draft: Version) -> None:
    assert draft in Version.objects.visible_to(actors["auditor"])
    for role in ("surveyor", "customer"):
        assert not Version.objects.visible_to(actors[role]).exists()
        assert not Questionnaire.objects.visible_to(actors[role]).exists()


def test_a_name_is_needed(writer: Actor, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_questionnaire(name_zh=" ", actor=writer, now=now)
    assert "name_zh" in refused.value.fields


def test_saving_counts_and_undo_swaps(draft: Version, writer: Actor, now: datetime) -> None:
    changed = {**WHOLE, "title": {"zh": "新"}}
    who: dict[str, Any] = {"version": draft.public_id, "actor": writer, "now": now}
    with pytest.raises(IllegalMove):
        actions.undo_save(expected=0, **who)
    assert actions.save_draft(data=changed, expected=0, **who).edit == 1
    with pytest.raises(Stale):
        actions.save_draft(data=WHOLE, expected=0, **who)
    with pytest.raises(Stale):
        actions.undo_save(expected=0, **who)
    assert actions.undo_save(expected=1, **who).data == WHOLE
    assert actions.undo_save(expected=2, **who).data == changed


def test_a_questionnaire_of_a_megabyte_is_refused(draft: Version, writer: Actor, now: datetime) -> None:
    data = {**WHOLE, "thanks": {"zh": "谢" * 400_000}}
    with pytest.raises(Invalid):
        actions.save_draft(version=draft.public_id, data=data, expected=0, actor=writer, now=now)


def test_publishing_names_everything_that_is_missing(writer: Actor, now: datetime) -> None:
    data = copy.deepcopy(DATA)
    data["pages"][0]["questions"].reverse()
    row = actions.create_questionnaire(name_zh="x", data=data, actor=writer, now=now)
    with pytest.raises(Invalid) as refused:
        actions.publish_version(version=row.public_id, actor=writer, now=now)
    assert {"title", "q1", "q2", "q3", "q1.a"} <= set(refused.value.fields)
    empty = actions.create_questionnaire(name_zh="空", actor=writer, now=now)
    with pytest.raises(Invalid) as refused:
        actions.start_pretest(version=empty.public_id, actor=writer, now=now)
    assert set(refused.value.fields) == {"pages"}


def test_a_repeated_answer_of_the_same_page_is_a_caution_only(draft: Version) -> None:
    lacks = looked_over(draft)[1]
    assert [(lack.where, lack.is_caution) for lack in lacks] == [("q2", True)]


def test_the_next_version_begins_as_the_last(published: Version, writer: Actor, now: datetime) -> None:
    of: dict[str, Any] = {"questionnaire": published.questionnaire.public_id, "actor": writer, "now": now}
    following = actions.new_draft(**of)
    assert (following.number, following.data, following.state) == (2, WHOLE, "draft")
    with pytest.raises(IllegalMove):
        actions.new_draft(**of)
    actions.delete_draft(version=following.public_id, actor=writer, now=now)
    assert list(published.questionnaire.versions.all()) == [published]


def test_a_pretest_freezes_and_ends(draft: Version, writer: Actor, now: datetime) -> None:
    who: dict[str, Any] = {"version": draft.public_id, "actor": writer, "now": now}
    assert actions.start_pretest(**who).pretest_at == now
    with pytest.raises(IllegalMove):
        actions.save_draft(data=WHOLE, expected=0, **who)
    with pytest.raises(IllegalMove):
        actions.start_pretest(**who)
    assert actions.end_pretest(**who).state == "draft"
    with pytest.raises(IllegalMove):
        actions.end_pretest(**who)


def test_published_versions_move_to_retired_only(published: Version, writer: Actor, now: datetime) -> None:
    who: dict[str, Any] = {"version": published.public_id, "actor": writer, "now": now}
    for move in (actions.publish_version, actions.start_pretest, actions.end_pretest, actions.delete_draft):
        with pytest.raises(IllegalMove):
            move(**who)
    assert actions.retire_version(**who).state == "retired"
    with pytest.raises(IllegalMove):
        actions.retire_version(**who)


def test_code_cannot_change_what_was_published(published: Version) -> None:
    published.body = "{}"
    with pytest.raises(VersionChanged):
        published.save()
    with pytest.raises(VersionChanged):
        published.delete()
    with pytest.raises(VersionChanged):
        Version.objects.filter(pk=published.pk).update(body="{}")
    with pytest.raises(VersionChanged):
        Version.objects.filter(pk=published.pk).delete()


@pytest.mark.parametrize(
    "change",
    ["body = '{}'", "number = 9", "state = 'draft'", "state = 'pretest'", "public_id = 'x'"],
)
def test_nor_can_the_database(published: Version, change: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE questionnaires_version SET {change} WHERE id = %s", [published.pk])
    published.refresh_from_db()
    assert (published.data, published.number, published.state) == (WHOLE, 1, "published")


def test_the_database_holds_a_pretest_still_and_lets_drafts_be(draft: Version, writer: Actor, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE questionnaires_version SET body = '{\"a\":1}' WHERE id = %s", [draft.pk])
    draft.refresh_from_db()
    actions.save_draft(version=draft.public_id, data=WHOLE, expected=0, actor=writer, now=now)
    actions.start_pretest(version=draft.public_id, actor=writer, now=now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE questionnaires_version SET body = '{}' WHERE id = %s", [draft.pk])


def test_lists_are_searched_and_the_archive_is_apart(draft: Version, writer: Actor, now: datetime) -> None:
    key = draft.questionnaire.public_id
    actions.rename_questionnaire(questionnaire=key, name_zh="理赔调查", name_en="Claims", actor=writer, now=now)
    assert [row.public_id for row in listed(writer, text="claim")] == [key]
    assert not listed(writer, text="保全")
    actions.archive_questionnaire(questionnaire=key, archived=True, actor=writer, now=now)
    assert not listed(writer)
    (row,) = listed(writer, archived=True)
    assert (row.number, row.state, row.version_public_id) == (1, "draft", draft.public_id)


# -- templates ------------------------------------------------------------------------------------------------------


def test_templates_are_there_and_written_once(writer: Actor, now: datetime) -> None:
    assert len(listed(writer, templates=True)) == len(TEMPLATES)
    assert ensure_templates(now=now) == 0


def test_a_changed_template_is_a_new_version_and_copies_stay(writer: Actor, now: datetime, monkeypatch: Any) -> None:
    from anxin.voice.questionnaires import shipping

    old = Version.objects.get(questionnaire__public_id="template-study")
    ours = actions.copy_questionnaire(version=old.public_id, name_zh="我们的", actor=writer, now=now)

    def newer(name: str) -> dict[str, Any]:
        return {"key": "template-study", "name": {"zh": "新", "en": "New"}, "body": WHOLE}

    monkeypatch.setattr(shipping, "TEMPLATES", ("study",))
    monkeypatch.setattr(shipping, "template", newer)
    assert ensure_templates(now=now) == 1
    old.refresh_from_db()
    assert old.state == "retired"
    assert Version.objects.get(questionnaire=old.questionnaire, state="published").data == WHOLE
    ours.refresh_from_db()
    assert ours.data == old.data


def test_a_template_is_only_copied(writer: Actor, now: datetime) -> None:
    version = Version.objects.get(questionnaire__public_id="template-study")
    for act, of in (
        (actions.retire_version, {"version": version.public_id}),
        (actions.archive_questionnaire, {"questionnaire": "template-study", "archived": True}),
        (actions.new_draft, {"questionnaire": "template-study"}),
    ):
        with pytest.raises(Missing):
            act(**of, actor=writer, now=now)
    ours = actions.copy_questionnaire(version=version.public_id, name_zh="我们的", actor=writer, now=now)
    assert looked_over(ours)[1] == []
    assert actions.publish_version(version=ours.public_id, actor=writer, now=now).state == "published"


# -- files ----------------------------------------------------------------------------------------------------------


def test_a_file_reads_back_as_the_same_questionnaire(published: Version) -> None:
    name_zh, name_en, data = read_file(file_of(published))
    assert (name_zh, name_en) == ("年度调查", "")
    assert data == WHOLE


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空"), (b"\xd6\xd0", "UTF-8"), (b"[1]", "不是"), (b'{"a":', "JSON"), (b"{}", "不是"), (b" " * 1_000_001, "空"),
        (b"[" * 100_000, "不是"), (b'{"x":1}' + b" " * 1_000_000, "1 MB"),
    ],
)  # fmt: skip
def test_files_that_are_none_of_ours_say_what_they_are(content: bytes, word: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_file(content)
    assert word in refused.value.fields["file"]


def test_faults_of_a_file_are_named_with_their_place() -> None:
    import json

    data = copy.deepcopy(DATA)
    data["pages"][0]["questions"][0]["options"] = []
    data["pages"][1]["questions"].append({"code": "q3", "kind": "poem", "text": {"fr": "?"}})
    with pytest.raises(Invalid) as refused:
        read_file(json.dumps(data).encode())
    assert {"q1", "q3"} <= set(refused.value.fields)
