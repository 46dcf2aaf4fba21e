"""Pictures in the docs are drawn from the code, and stay so."""

from __future__ import annotations

import re
from pathlib import Path

from anxin.journeys.claims.lifecycle import CLAIM

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_life_of_a_claim_is_drawn_from_its_table() -> None:
    drawn = re.search(r"```mermaid\n(.*?)\n```", (DOCS / "claims.md").read_text("utf-8"), re.S)
    assert drawn is not None
    assert drawn[1].strip() == CLAIM.mermaid()


def test_every_decision_is_listed() -> None:
    folder = DOCS / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    for record in folder.glob("[0-9]*.md"):
        assert f"({record.name})" in index, f"{record.name} is not in docs/decisions/README.md"


def test_links_between_documents_lead_somewhere() -> None:
    root = DOCS.parent
    for page in [*root.glob("*.md"), *DOCS.rglob("*.md"), *(root / "src").rglob("README.md")]:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(root)} links to {target}"
