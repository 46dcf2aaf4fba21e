"""How a row of the permission matrix is written: one line per address and method.

    page("GET", "/desk/cases/{offered}/", STAFF)
    api("POST", "/claims/{fresh}/reserve", "surveyor assessor", {"reserve_fen": 1})

A name in braces stands for something of our branch and our customer (tests/matrix/world.py): where there is one, people of
the other branch and the other customer must get 404. Roles are told here and not read from the code: that is what is tested.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ROLES = (
    "customer", "call_taker", "surveyor", "assessor", "adjudicator", "finance", "supervisor", "administrator", "auditor",
    "analyst",
)  # fmt: skip

STAFF = "call_taker surveyor assessor adjudicator finance supervisor administrator auditor"
WRITERS = "call_taker surveyor assessor adjudicator finance supervisor administrator"
CUSTOMER = "customer"
EVERYBODY = f"{CUSTOMER} {STAFF} analyst"
NOBODY = ""


@dataclass(frozen=True)
class Row:
    """`may`: roles that get in. `sent_on`: where those who may not are redirected, instead of 403 or 404."""

    method: str
    path: str
    may: str
    body: Any = None
    public: bool = False
    """Needs no sign-in."""
    shared: bool = False
    """The names in the path are nobody's in particular (a product, a rule): the other branch sees it as well."""
    personal: bool = False
    """Changes nothing but one's own settings, so that an auditor may as well."""
    sent_on: str = ""
    files: str = ""
    """The field that takes a file; the body is sent as a form."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Who stands for a role, where its first one had a part in the claim that keeps them out."""
    is_api: bool = False
    gone: bool = False
    """Answers 404 to everybody: a page of a library that is switched off here."""
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(self.may.split()))
        assert self.roles <= set(ROLES), f"{self.path}: unknown role in {self.may!r}"

    @property
    def is_owned(self) -> bool:
        return not self.shared and bool(re.search(r"{\w+}", f"{self.path}"))

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def page(method: str, path: str, may: str, body: Any = None, **more: Any) -> Row:
    return Row(method, path, may, body, **more)


def pages(path: str, may: str, body: Any = None, **more: Any) -> list[Row]:
    """A form: shown by GET, sent by POST, to the same people."""
    return [Row("GET", path, may, **more), Row("POST", path, may, body, **more)]


def api(method: str, path: str, may: str, body: Any = None, **more: Any) -> Row:
    return Row(method, f"/api/v1{path}", may, body, is_api=True, **more)


def filled(value: Any, names: dict[str, str]) -> Any:
    """`value` with its names in braces replaced, in keys too. An unknown name raises KeyError."""
    if isinstance(value, str):
        return re.sub(r"{(\w+)}", lambda found: names[found[1]], value)
    if isinstance(value, dict):
        return {filled(key, names): filled(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    return value
