"""The desk's pages of reports: ask, wait, read, open a number, take away, remove."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from anxin.access.models import RoleGrant, User
from anxin.voice.reports import work
from anxin.voice.reports.models import Report
from anxin.voice.reports.tests.asked import make_campaign

pytestmark = pytest.mark.django_db
HOME = "/desk/voice/reports/"


@pytest.fixture
def analyst(branch: Any, departments: Any) -> Client:
    user = User.objects.create_user(
        "analyst", "x", display_name="analyst", branch=branch, department=departments["administration"]
    )
    RoleGrant.objects.create(user=user, role="analyst", branch=None)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def made(analyst: Client, branch: Any, now: Any) -> Report:
    campaign = make_campaign(120, now=now, branch=branch)
    answer = analyst.post(f"{HOME}add/", {"source": f"campaign:{campaign.public_id}", "previous": "", "language": "zh"})
    row = Report.objects.get()
    assert answer.headers["Location"] == f"{HOME}{row.public_id}/"
    return row


def test_from_asking_to_reading(analyst: Client, made: Report) -> None:
    waiting = analyst.get(f"{HOME}{made.public_id}/").content.decode()
    assert 'http-equiv="refresh"' in waiting
    work.run_waiting()
    page = analyst.get(f"{HOME}{made.public_id}/").content.decode()
    assert "http-equiv" not in page
    for title in ("先做什么", "答卷筛查", "信度", "驱动因素"):
        assert f"<h2>{title}</h2>" in page
    assert page.count('class="vr-chart"') > 8
    english = analyst.get(f"{HOME}{made.public_id}/?language=en").content.decode()
    assert "<h2>What to do first</h2>" in english
    listed = analyst.get(HOME).content.decode()
    assert made.name_zh in listed
    assert made.name_zh not in analyst.get(f"{HOME}?q=没有这个").content.decode()


def test_every_number_of_the_page_opens(analyst: Client, made: Report) -> None:
    work.run_waiting()
    page = analyst.get(f"{HOME}{made.public_id}/").content.decode()
    links = sorted(set(re.findall(r'class="vr-number" href="([^"]+)"', page)))
    assert len(links) > 200
    for link in links[:: len(links) // 25]:
        answer = analyst.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200
    mean = next(
        number
        for number in Report.objects.get().content().numbers()
        if number.definition == "mean" and number.n and number.n > 60
    )
    opened = analyst.get(f"{HOME}{made.public_id}/number/{mean.id}/?page=2").content.decode()
    assert "Cronin" in opened
    assert "2 / " in opened
    assert analyst.get(f"{HOME}{made.public_id}/number/scores.9999/").status_code == 404


def test_files(analyst: Client, made: Report) -> None:
    assert analyst.get(f"{HOME}{made.public_id}/file.pdf").status_code == 404  # not made yet
    work.run_waiting()
    begins = {"pdf": b"%PDF", "docx": b"PK", "html": b"<!doctype html>", "json": b"{"}
    for kind, first in begins.items():
        answer = analyst.get(f"{HOME}{made.public_id}/file.{kind}?language=en")
        assert answer.status_code == 200
        assert answer.content.startswith(first)
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(analyst.get(f"{HOME}{made.public_id}/file.json").content)["language"] == "zh"
    assert analyst.get(f"{HOME}{made.public_id}/file.exe").status_code == 404


def test_what_was_chosen_stays_when_it_is_refused(analyst: Client, branch: Any, now: Any) -> None:
    campaign = make_campaign(20, now=now, branch=branch)
    key = f"campaign:{campaign.public_id}"
    answer = analyst.post(f"{HOME}add/", {"source": key, "previous": key, "language": "en"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请选择与分析对象不同的一期" in page
    assert f'<option value="{key}" selected>' in page


def test_who_may_what(made: Report, staff: Any, outsider: Any) -> None:
    work.run_waiting()
    number = next(made.__class__.objects.get().content().numbers())
    seen = {"supervisor": 200, "administrator": 200, "auditor": 200, "adjudicator": 403}
    for role, status in seen.items():
        client = Client()
        client.force_login(staff[role])
        assert client.get(f"{HOME}{made.public_id}/").status_code == status
        opened = client.get(f"{HOME}{made.public_id}/number/{number.id}/")
        assert opened.status_code == status
        if role == "administrator":
            assert "不能看单份答卷" in opened.content.decode()
    client = Client()
    client.force_login(staff["supervisor"])
    assert client.get(f"{HOME}add/").status_code == 403
    assert client.post(f"{HOME}{made.public_id}/remove/").status_code == 403
    RoleGrant.objects.create(user=outsider, role="supervisor", branch=outsider.branch)
    client.force_login(outsider)
    assert client.get(f"{HOME}{made.public_id}/").status_code == 404


def test_removing(analyst: Client, made: Report) -> None:
    work.run_waiting()
    assert analyst.post(f"{HOME}{made.public_id}/remove/").status_code == 302
    assert not Report.objects.exists()
    assert analyst.get(f"{HOME}{made.public_id}/").status_code == 404


def test_the_list_makes_as_many_queries_for_many_as_for_one(
    analyst: Client, made: Report, django_assert_max_num_queries: Any
) -> None:
    for place in range(30):
        Report.objects.create(
            kind="campaign", source=f"s{place}", name_zh="调查", asked_at=made.asked_at, asked_by=made.asked_by
        )
    with django_assert_max_num_queries(8):
        analyst.get(HOME)
