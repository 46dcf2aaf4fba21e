"""Lists in pages, and the feed of events."""

import pytest

from anxin.registers.customers.models import Customer
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def _add(branch, count):
    return [Customer.objects.create(name=f"客户{number}", branch=branch, created_at=NOW) for number in range(count)]


def test_pages_go_on_where_the_last_one_ended(caller, branch):
    rows = _add(branch, 5)
    assistant = caller("call_taker")
    first = assistant.get("/customers?limit=2").json()
    _add(branch, 1)  # what comes in meanwhile moves nothing
    second = assistant.get(f"/customers?limit=2&cursor={first['next']}").json()
    third = assistant.get(f"/customers?limit=2&cursor={second['next']}").json()
    told = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert told == [row.public_id for row in reversed(rows)]
    assert third["next"] is None


def test_the_link_header_says_the_next_page(caller, branch):
    _add(branch, 2)
    answer = caller("call_taker").get("/customers?limit=1")
    assert answer["Link"] == f'</api/v1/customers?limit=1&cursor={answer.json()["next"]}>; rel="next"'


@pytest.mark.parametrize("cursor", ["nonsense", "WyJhIl0", "WzEsMl0", "Wy0xXQ", "e30"])
def test_a_cursor_of_ones_own_making_is_refused(caller, cursor):
    answer = caller("call_taker").get(f"/customers?cursor={cursor}")
    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"cursor"})


def test_names_and_numbers_are_masked(caller, customer):
    item = caller("call_taker").get(f"/customers/{customer.public_id}").json()
    assert item["name"] == "李*"
    assert item["contacts"][0]["value"] == "138 **** 6207"


def test_search_finds_customers_policies_and_claims(caller, report):
    assistant = caller("call_taker")
    assert len(assistant.get("/customers?search=李明").json()["items"]) == 1
    assert len(assistant.get("/policies?search=苏E7K38Q").json()["items"]) == 2
    claim = assistant.post("/claims", report).json()
    assert [item["id"] for item in assistant.get(f"/claims?search={claim['number']}").json()["items"]] == [claim["id"]]
    assert assistant.get("/claims?state=closed").json()["items"] == []
    assert len(assistant.get("/claims?open=true&type=motor").json()["items"]) == 1


@pytest.mark.alone
@pytest.mark.django_db(transaction=True)  # PostgreSQL's feed tells of what is committed
def test_the_feed_tells_everything_once_in_order(caller, report):
    assistant = caller("call_taker")
    claim = assistant.post("/claims", report).json()["id"]
    first = assistant.get("/events?limit=2").json()
    rest = assistant.get(f"/events?cursor={first['cursor']}").json()
    ids = [item["id"] for item in [*first["items"], *rest["items"]]]
    assert ids == [f"{claim}.{number}" for number in range(1, len(ids) + 1)]
    assert (first["more"], rest["more"]) == (True, False)
    assert first["items"][0]["type"] == "anxin.claims.notified"
    nothing = assistant.get(f"/events?cursor={rest['cursor']}").json()
    assert (nothing["items"], nothing["cursor"]) == ([], rest["cursor"])
    assistant.post(f"/claims/{claim}/notes", {"text": "说明"})
    news = assistant.get(f"/events?cursor={rest['cursor']}").json()["items"]
    assert [item["data"]["activity"] for item in news] == ["case.noted"]
    assert "说明" not in str(news)  # words are not facts


def test_the_feed_tells_only_what_the_reader_may_see(caller, report):
    caller("call_taker").post("/claims", report)
    assert caller("outsider").get("/events").json()["items"] == []


@pytest.mark.alone
@pytest.mark.django_db(transaction=True)  # PostgreSQL's feed tells of what is committed
def test_the_feed_can_be_narrowed(caller, report):
    assistant = caller("call_taker")
    assistant.post("/claims", report)
    told = assistant.get("/events?activity=claims.papers_listed").json()["items"]
    assert [item["data"]["activity"] for item in told] == ["claims.papers_listed"]
    assert len(assistant.get("/events?activity=claims.*").json()["items"]) == 3


def test_the_queue_is_the_persons_own(caller, report, staff):
    claim = caller("call_taker").post("/claims", report).json()
    mine = caller("call_taker").get("/queue").json()
    assert [item["id"] for item in mine["items"]] == [claim["id"]]
    assert mine["counts"]["all"] == 1
    assert caller("finance").get("/queue").json()["items"] == []
