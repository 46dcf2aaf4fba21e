"""Reports made by the worker of what the other rooms hold: the shipped questionnaire, an imported table, a panel of experts,
comments as people corrected them, interviews."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from anxin.access.actors import Actor, actor_of, forget_actors
from anxin.access.models import RoleGrant, User
from anxin.faces.desk.voice.reports.tests.drawn import shipped_campaign
from anxin.sample.opinions import DIMENSIONS, IMPORTANCE, Wave
from anxin.voice.comments import actions as comments
from anxin.voice.comments import jobs as comment_jobs
from anxin.voice.comments.learning import forget_models
from anxin.voice.comments.models import Comment
from anxin.voice.datasets import actions as datasets
from anxin.voice.datasets.table.tests.files import answers, table_csv
from anxin.voice.interviews import actions as interviews
from anxin.voice.reports import work
from anxin.voice.reports.actions import request_report
from anxin.voice.reports.campaigns import study_of_campaign
from anxin.voice.reports.content import ReportContent, Table, compose, places, prepare
from anxin.voice.reports.models import Report
from anxin.voice.weights import actions as weights

pytestmark = pytest.mark.django_db
HOME = "/desk/voice/reports/"
Employ = Callable[..., User]


@pytest.fixture(autouse=True)
def _no_remembered_models() -> None:
    forget_models()


@pytest.fixture
def employ(departments: Any) -> Employ:
    def make(name: str, branch: Any, *, everywhere: bool = False, role: str = "analyst") -> User:
        user = User.objects.create_user(
            name, "x", display_name=name, branch=branch, department=departments["administration"]
        )
        RoleGrant.objects.create(user=user, role=role, branch=None if everywhere else branch)
        forget_actors()
        return user

    return make


@pytest.fixture
def user(employ: Employ, branch: Any) -> User:
    return employ("analyst", branch, everywhere=True)


@pytest.fixture
def analyst(user: User) -> Actor:
    return actor_of(user)


@pytest.fixture
def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def reported(kind: str, source: str, actor: Actor, now: Any, **more: Any) -> Report:
    row = request_report(kind=kind, source=source, actor=actor, now=now, **more)
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert row.state == Report.State.DONE, row.why
    return row


def tables(content: ReportContent, section: str) -> dict[str, Table]:
    return {block.title: block for block in content.section(section).blocks if isinstance(block, Table)}


# -- the shipped questionnaire


@pytest.fixture
def shipped(branch: Any, other_branch: Any, now: Any) -> Any:
    return shipped_campaign(500, now=now, branches=[branch, other_branch])


def test_what_is_asked_of_a_dimension_belongs_to_it(shipped: Any) -> None:
    study = study_of_campaign(shipped)
    for role, letter in (("expectation", "E"), ("importance", "I")):
        found = {one.name: (one.dimension, one.item) for one in study.of_role(role)}
        assert found == {f"{letter}_{key}": (key, "") for key in DIMENSIONS}
    assert {one.dimension for one in study.of_role("perception")} == set(DIMENSIONS)
    assert {one.stage for one in study.of_role("perception")} == {"sales", "underwriting", "claims", "care"}


def test_a_dimension_counts_whoever_met_any_stage(shipped: Any) -> None:
    ground = prepare(study_of_campaign(shipped))
    scores = tables(compose(ground, "en"), "scores")["Scores by dimension"]
    assert [row[1].value for row in scores.rows] == [ground.valid] * 6
    assert "over the stages they met" in scores.note
    for number in compose(ground, "en").numbers():
        if number.rows is not None and number.definition in ("mean", "gap") and number.n:
            assert len(places(ground, number.rows)) == number.n, number


def test_gaps_are_of_the_dimensions_and_weighted_by_their_importance(shipped: Any) -> None:
    ground = prepare(study_of_campaign(shipped))
    content = compose(ground, "en")
    found = tables(content, "gaps")
    assert set(found) == {"Gaps by dimension"}  # no item has an expectation of its own
    gaps = {str(row[0]): row for row in found["Gaps by dimension"].rows}
    assert set(gaps) == {"Reliability", "Responsibility", "Convenience", "Security", "Kindness", "The whole"}
    expected, perceived, gap = gaps["Responsibility"][1:4]
    both = ground.values(ground.study.column("E_DUTY")), ground.persons["dimension:DUTY"]
    use = ~(both[0] != both[0]) & ~(both[1] != both[1])
    assert (expected.value, perceived.value) == pytest.approx((both[0][use].mean(), both[1][use].mean()))
    assert gap.value == pytest.approx((both[1][use] - both[0][use]).mean())
    assert gap.n == use.sum()
    assert "Weighted by the importance respondents gave" in str(content.section("gaps"))


def test_the_map_tells_stated_importance_beside_what_moves_the_outcome(shipped: Any) -> None:
    content = compose(prepare(study_of_campaign(shipped)), "en")
    found = tables(content, "importance")["Importance as respondents said it"]
    order = [str(row[0]) for row in found.rows]
    names = dict(zip(DIMENSIONS, ("Reliability", "Responsibility", "Convenience", "Security", "Kindness"), strict=True))
    drawn = [names[key] for _size, key in sorted(zip(IMPORTANCE, DIMENSIONS, strict=True), reverse=True)]
    assert (order[0], order[-2:]) == (drawn[0], drawn[-2:])
    assert "Responsibility" in str(content.section("first").blocks[0])
    assert "lowest in Claims" in str(content.section("first"))
    assert "satisf" in str(content.section("drivers").blocks[0]).lower()  # by its dimension, not six questions


def test_without_an_outcome_stated_importance_makes_the_map(shipped: Any) -> None:
    from dataclasses import replace

    study = study_of_campaign(shipped)
    content = compose(
        prepare(replace(study, columns=tuple(c for c in study.columns if c.role not in ("outcome", "nps")))), "en"
    )
    assert "Importance is what respondents said it is." in str(content.section("importance"))
    row = next(
        row for row in tables(content, "importance")["Importance and performance"].rows if row[0] == "Reliability"
    )
    assert row[1].value == pytest.approx(study.column("I_RELY").values.mean(), abs=0.05)


def test_reliability_and_factors_are_told_where_people_met_different_stages(shipped: Any) -> None:
    content = compose(prepare(study_of_campaign(shipped)), "en")
    rows = tables(content, "reliability")["Reliability"].rows
    assert len(rows) == 20
    assert all(row[2].n > 100 for row in rows)
    assert not content.section("validity").refused
    assert "which most answered in full" in str(content.section("validity").blocks[0])
    assert "Fit of the factor model" in tables(content, "validity")


def test_two_waves_of_the_shipped_questionnaire(branch: Any, shipped: Any, now: Any) -> None:
    better = Wave({("claims", "DUTY"): 0.9, ("claims", "CONV"): 0.9})
    later = shipped_campaign(500, now=now, branches=[branch], seed=8, wave="2", shape=better)
    ground = prepare(study_of_campaign(later), previous=study_of_campaign(shipped))
    told = str(compose(ground, "en").section("waves").blocks[:3])
    assert "Really better" in told
    assert "The questions measure the same in both waves" in str(compose(ground, "en").section("waves"))


# -- the other rooms, through the worker


def test_an_imported_table_is_reported_on(client: Client, analyst: Actor, now: Any) -> None:
    columns = {"编号": [f"N{row}" for row in range(60)], **answers(60, ["q1", "q2", "q3"]), "性别": ["男", "女"] * 30}
    row = datasets.import_dataset(
        content=table_csv(columns, encoding="gb18030"), file_name="答卷.csv", name="网点问卷", wave="2025-1", actor=analyst, now=now
    )  # fmt: skip
    address = f"/desk/voice/datasets/{row.public_id}/"
    assert (
        f"source=dataset:{row.public_id}" not in client.get(address).content.decode()
    )  # its columns are not confirmed
    assert f"dataset:{row.public_id}" not in client.get(f"{HOME}add/").content.decode()
    datasets.change_mapping(dataset=row.public_id, data=row.draft_data(), expected=row.edit, actor=analyst, now=now)
    assert f"{HOME}add/?source=dataset:{row.public_id}" in client.get(address).content.decode()
    asked = client.get(f"{HOME}add/?source=dataset:{row.public_id}").content.decode()
    assert f'value="dataset:{row.public_id}" selected' in asked
    made = reported("dataset", row.public_id, analyst, now)
    assert (made.counted, made.content().n, made.content().title) == (60, 60, "网点问卷")
    page = client.get(address).content.decode()
    assert f"{HOME}{made.public_id}/" in page
    assert "最近一份报告" in page
    assert f'href="{address}"' in client.get(HOME).content.decode()
    number = next(one for one in made.content().numbers() if one.definition == "mean" and one.rows)
    opened = client.get(f"{HOME}{made.public_id}/number/{number.id}/").content.decode()
    assert "N1" in opened


def panel_of(judged: dict[str, str], analyst: Actor, now: Any) -> None:
    """A panel on the five dimensions with one expert who judged them."""
    criteria = [weights.Weighed(code=key, name_zh=key, name_en=key) for key in DIMENSIONS]
    panel = weights.create_panel(name_zh="维度权重", criteria=criteria, actor=analyst, now=now)
    expert = weights.add_expert(panel=panel.public_id, name="王教授", actor=analyst, now=now)
    weights.open_panel(panel=panel.public_id, actor=analyst, now=now)
    expert.refresh_from_db()
    weights.judge(expert=expert, judgements=judged, done=True, now=now)


def test_experts_weights_carry_the_fuzzy_evaluation(analyst: Actor, shipped: Any, now: Any) -> None:
    # KIND matters three times as much as each other dimension, which are equal.
    judged = {f"{a}/{b}": "-2" if b == "KIND" else "0" for a, b in itertools.combinations(DIMENSIONS, 2)}
    panel_of(judged, analyst, now)
    content = reported("campaign", shipped.public_id, analyst, now).content("en")
    found = {str(row[0]): row[1].value for row in tables(content, "weights")["Experts' weights"].rows}
    assert found["Kindness"] == pytest.approx(3 / 7)
    assert found["Reliability"] == pytest.approx(1 / 7)
    assert "Weights are the experts'." in str(content.section("fuzzy"))
    fuzzy = {str(row[0]): row for row in tables(content, "fuzzy")["Fuzzy comprehensive evaluation"].rows}
    assert fuzzy["Kindness"][1] == "0.429"
    score = sum(found[name] * fuzzy[name][-1].value for name in found)
    assert fuzzy["The whole"][-1].value == pytest.approx(score)


def test_comments_are_read_as_people_corrected_them(analyst: Actor, branch: Any, now: Any) -> None:
    campaign = shipped_campaign(150, now=now, branches=[branch])
    comment_jobs.work()
    before = reported("campaign", campaign.public_id, analyst, now).content("en")
    said = Comment.objects.filter(campaign=campaign).values_list("text", flat=True)
    most = max(set(said), key=list(said).count)
    for row in Comment.objects.filter(text=most):
        comments.correct(comment=row.public_id, topics=["price"], sentiment=-1, expected=0, actor=analyst, now=now)
    after = reported("campaign", campaign.public_id, analyst, now).content("en")

    def price(content: ReportContent) -> float:
        rows = tables(content, "comments")["What comments are about"].rows
        name = next(one.name_en for one in _topics() if one.code == "price")
        return next((row[1].value for row in rows if row[0] == name), 0)

    assert price(after) >= price(before) + list(said).count(most)


def _topics() -> Any:
    from anxin.engines.reading import text

    return text.taxonomy()


# -- interviews


def talk(actor: Actor, now: Any, code: str, *, consent: str = "quote", stage: str = "claims", days: int = 30) -> None:
    row = interviews.add_interview(
        notes="理赔等了两个月，打 13812346207 没人接。别的还好。", held_on=(now - timedelta(days=days)).date(), consent=consent,
        stage=stage, who="车主", actor=actor, now=now,
    )  # fmt: skip
    interviews.mark_quote(
        interview=row.public_id,
        words="理赔等了两个月，打 13812346207 没人接",
        codes=[code],
        stage=stage,
        actor=actor,
        now=now,
    )


def test_interviews_stand_beside_the_answers(
    client: Client, analyst: Actor, employ: Employ, branch: Any, other_branch: Any, now: Any
) -> None:
    from anxin.voice.reports.tests.asked import make_campaign

    wait = interviews.add_code(name_zh="等待太久", name_en="Long wait", actor=analyst, now=now).public_id
    campaign = make_campaign(40, now=now, branch=branch)
    row = reported("campaign", campaign.public_id, analyst, now)
    assert "没有可与答卷对照的访谈" in row.content().section("interviews").refused
    here, there = actor_of(employ("here", branch)), actor_of(employ("there", other_branch))
    for _time in range(3):
        talk(here, now, wait)
    assert "不足五次" in reported("campaign", campaign.public_id, analyst, now).content().section("interviews").refused
    talk(here, now, wait, consent="count")
    talk(here, now, wait, consent="none")
    talk(here, now, wait, days=800)
    talk(analyst, now, wait)
    for _time in range(4):
        talk(there, now, wait)  # of the other branch: not beside this branch's answers
    row = reported("campaign", campaign.public_id, analyst, now)
    content = row.content()
    section = content.section("interviews")
    assert section.blocks[0].text == "5 次访谈中提到最多的是等待太久：有 5 次提到。"
    named = tables(content, "interviews")["访谈中提到的问题"].rows
    assert [(cells[0], cells[1], cells[2].value, cells[3].value) for cells in named] == [("等待太久", "理赔", 5, 5)]
    quotes = tables(content, "interviews")["原话摘录"].rows
    assert len(quotes) == 2
    assert all("138" not in str(cells) and "理赔等了两个月" in str(cells) for cells in quotes)
    assert "Long wait" in str(row.content("en").section("interviews"))
    assert "Claims" in str(row.content("en").section("interviews"))
    page = client.get(f"{HOME}{row.public_id}/").content.decode()
    assert "<h2>访谈</h2>" in page
    assert "13812346207" not in page
    for kind, first in {"pdf": b"%PDF", "docx": b"PK"}.items():
        assert client.get(f"{HOME}{row.public_id}/file.{kind}").content.startswith(first)
    # Whoever sees one branch alone gives a report of the whole insurer only what they may see.
    whole = make_campaign(40, now=now)
    found = reported("campaign", whole.public_id, there, now).content().section("interviews")
    assert found.blocks[0].text.startswith("5 次访谈")  # four of their branch, one of the whole insurer


def test_the_word_file_and_the_pdf_tell_of_interviews(analyst: Actor, branch: Any, now: Any) -> None:
    import io

    import docx as reader
    import pypdfium2

    from anxin.voice.reports.render.docx import docx
    from anxin.voice.reports.render.pdf import pdf
    from anxin.voice.reports.tests.asked import make_campaign

    wait = interviews.add_code(name_zh="等待太久", name_en="Long wait", actor=analyst, now=now).public_id
    for _time in range(5):
        talk(analyst, now, wait)
    row = reported("campaign", make_campaign(40, now=now, branch=branch).public_id, analyst, now)
    document = reader.Document(io.BytesIO(docx(row.content("en"), timestamp=1)))
    assert "Long wait" in str([cell.text for table in document.tables for cell in table._cells])
    pages = pypdfium2.PdfDocument(pdf(row.content("zh"), timestamp=1))
    assert "等待太久" in "".join(page.get_textpage().get_text_bounded() for page in pages)


# -- the ways there


def test_a_campaign_leads_to_its_reports(client: Client, analyst: Actor, employ: Employ, branch: Any, now: Any) -> None:
    from anxin.voice.reports.tests.asked import make_campaign
    from anxin.voice.responses.models import Response

    campaign = make_campaign(20, now=now, branch=branch)
    address = f"/desk/voice/campaigns/{campaign.public_id}/"
    ask = f"{HOME}add/?source=campaign:{campaign.public_id}"
    page = client.get(address).content.decode()
    assert ask in page
    assert "最近一份报告" not in page
    assert f'value="campaign:{campaign.public_id}" selected' in client.get(ask).content.decode()
    first = reported("campaign", campaign.public_id, analyst, now)
    second = reported("campaign", campaign.public_id, analyst, now)
    page = client.get(address).content.decode()
    assert f"{HOME}{second.public_id}/" in page
    assert f"{HOME}{first.public_id}/" not in page
    assert f'href="{address}"' in client.get(HOME).content.decode()
    assert f'href="{address}"' in client.get(f"{HOME}{second.public_id}/").content.decode()
    supervisor = Client()
    supervisor.force_login(employ("reader", branch, role="supervisor"))
    page = supervisor.get(address).content.decode()
    assert ask not in page  # reads reports, asks for none
    assert f"{HOME}{second.public_id}/" in page
    Response.objects.filter(campaign=campaign).delete()
    assert ask not in client.get(address).content.decode()  # nothing to report on
