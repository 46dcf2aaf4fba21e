"""Paper as it goes out and comes back: printed by the worker, filled in by hand, scanned, sent in, read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from anxin.engines.reading.forms.tests import rendering as r

if TYPE_CHECKING:
    from anxin.access.actors import Actor
    from anxin.voice.campaigns.models import Campaign
    from anxin.voice.paper.models import Batch, Layout, PrintRun, Returned

CROSS = r.Hand("cross", width=0.5)


@dataclass
class Desk:
    """Somebody who prints and reads, with the worker at hand."""

    campaign: Campaign
    actor: Actor
    now: datetime
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def print(self, copies: int = 1, *, personal: bool = False) -> PrintRun:
        from anxin.voice.paper.actions import ask_print
        from anxin.voice.paper.working import run_waiting

        run = ask_print(
            campaign=self.campaign.public_id, language="zh", copies=copies, personal=personal, actor=self.actor,
            now=self.now,
        )  # fmt: skip
        run_waiting()
        run.refresh_from_db()
        return run

    def sheets(self, run: PrintRun) -> dict[str, list[r.Picture]]:
        """Serial → its printed pages."""
        pictures = [page for path in run.files for page in r.pages_of(_bytes_of(path))]
        count = len(run.layout.layout.pages)
        return {
            copy.serial: pictures[place * count : (place + 1) * count]
            for place, copy in enumerate(run.copies.order_by("place"))
        }

    def fill(
        self, layout: Layout, pages: list[r.Picture], marks: Mapping[str, Iterable[str]], write: Iterable[str] = (),
        hand: r.Hand = CROSS,
    ) -> list[r.Picture]:  # fmt: skip
        """The pages with these boxes crossed and something written into these places."""
        filled = [page.copy() for page in pages]
        for page, picture in zip(layout.layout.pages, filled, strict=True):
            for box in page.boxes:
                if box.option in marks.get(box.field, ()):
                    r.draw_mark(picture, box, hand, self.random)
            for place in page.writings:
                if place.field in write:
                    r.scribble(picture, place.x, place.y, place.w, place.h, hand, self.random)
        return filled

    def scan(self, picture: r.Picture) -> bytes:
        return r.as_jpeg(r.scan(picture, self.random, dpi=150))

    def send(self, *contents: bytes, names: Iterable[str] = ()) -> Batch:
        from anxin.voice.paper.actions import send_files
        from anxin.voice.paper.working import run_waiting

        given = list(names) or [f"{place}.jpg" for place in range(1, len(contents) + 1)]
        uploads = [SimpleUploadedFile(name, content) for name, content in zip(given, contents, strict=True)]
        batch = send_files(uploads=uploads, actor=self.actor, now=self.now)
        run_waiting()
        batch.refresh_from_db()
        return batch

    def returned(self, serial: str) -> Returned:
        from anxin.voice.paper.models import Returned

        return Returned.objects.select_related("response", "copy").get(copy__serial=serial)

    def problems(self, batch: Batch) -> list[str]:
        """What is wrong with the batch's files and pages, as codes."""
        from anxin.voice.paper.models import Page

        found = [one.problem["code"] for one in batch.files.all() if one.problem]
        pages = Page.objects.filter(file__batch=batch).order_by("pk")
        return found + [one.problem["code"] for one in pages if one.problem]


@pytest.fixture(name="paper_campaign")
def fixture_paper_campaign(campaign: Campaign) -> Campaign:
    campaign.channels = ["paper"]
    campaign.occasion = "paper"
    campaign.save()
    return campaign


@pytest.fixture(name="desk")
def fixture_desk(paper_campaign: Campaign, actors: dict[str, Actor], now: datetime) -> Desk:
    return Desk(paper_campaign, actors["administrator"], now)


@pytest.fixture
def long_campaign(paper_campaign: Campaign, now: datetime) -> Campaign:
    """One that takes more than a page of paper."""
    import json

    from anxin.voice.questionnaires.models import Version

    rows = [
        {"code": f"s{n}", "kind": "scale", "text": {"zh": f"第 {n} 项服务让我满意"}, "scale": {"low": 1, "high": 5}}
        for n in range(1, 31)
    ]
    body = {"languages": ["zh"], "title": {"zh": "长问卷"}, "pages": [{"code": "p", "questions": rows}]}
    version = Version.objects.create(
        questionnaire=paper_campaign.version.questionnaire, number=9, state="published", body=json.dumps(body),
        saved_at=now, published_at=now,
    )  # fmt: skip
    paper_campaign.version = version
    paper_campaign.save()
    return paper_campaign


def tiff(pictures: list[r.Picture]) -> bytes:
    from PIL import Image

    pages = [Image.fromarray(picture).convert("L") for picture in pictures]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate")
    return out.getvalue()


def _bytes_of(path: str) -> bytes:
    with default_storage.open(path) as handle:
        return bytes(handle.read())
