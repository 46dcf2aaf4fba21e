"""A browser for each role, and a small draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from anxin.access.actors import Actor
    from anxin.access.models import User
    from anxin.voice.questionnaires.models import Version

BODY: dict[str, Any] = {
    "languages": ["zh", "en"], "title": {"zh": "满意度", "en": "Satisfaction"},
    "pages": [
        {"code": "p1", "title": {"zh": "您", "en": "You"}, "questions": [
            {"code": "line", "kind": "one", "required": True, "text": {"zh": "险种", "en": "Line of business"}, "options": [
                {"code": "motor", "text": {"zh": "车险", "en": "Motor"}}, {"code": "home", "text": {"zh": "家财险", "en": "Home"}}]},
        ]},
        {"code": "p2", "title": {"zh": "评价", "en": "Rating"}, "questions": [
            {"code": "sat", "kind": "scale", "text": {"zh": "满意吗", "en": "Satisfied with {line}?"}, "scale": {"low": 1, "high": 5}},
            {"code": "why", "kind": "text", "text": {"zh": "为什么", "en": "Why"}, "show_if": {"answer": "line", "is": ["home"]}},
        ]},
    ],
}  # fmt: skip

SignedIn = Callable[[str], Client]


@pytest.fixture
def signed_in(staff: dict[str, User], customer_user: User) -> SignedIn:
    """A browser in which someone of that role is signed in, reading English."""
    people: dict[str, Any] = {**staff, "customer": customer_user}

    def sign_in(role: str) -> Client:
        people[role].language = "en"
        people[role].save()
        client = Client()
        client.force_login(people[role])
        return client

    return sign_in


@pytest.fixture
def draft(actors: dict[str, Actor], now: datetime) -> Version:
    from anxin.voice.questionnaires.actions import create_questionnaire

    return create_questionnaire(name_zh="年度调查", name_en="Yearly", data=BODY, actor=actors["administrator"], now=now)


@pytest.fixture
def page(signed_in: SignedIn, draft: Version) -> Callable[..., Any]:
    """Open or send a page of the draft as the administrator."""
    client = signed_in("administrator")

    def ask(rest: str = "", send: dict[str, Any] | None = None, *, expected: int | None = None) -> Any:
        address = f"/desk/voice/studio/v/{draft.public_id}/{rest}"
        if send is None:
            return client.get(address)
        if expected is None:
            draft.refresh_from_db()
            expected = draft.edit
        return client.post(address, {"expected": expected, **send})

    return ask
