"""Fixtures for the tests that cross rooms: a real browser in front of a real server.

The browser is Debian's Chromium (`scripts/system-packages.sh` sees to it); Playwright never downloads one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}

# Pages wait for the worker and for two busy cores; what is tested is the result, not the time.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session."""
    binary = shutil.which("chromium")
    assert binary, "Debian's chromium is not installed: run scripts/system-packages.sh (make test does)"
    # Playwright's sync API keeps an event loop in this thread, which Django would take for async code from here on.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=binary,
            # No sandbox: containers give an unprivileged user no namespaces of its own, and only our own pages are opened.
            # Shared memory is small in containers too.
            args=["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """A function that opens a fresh browser (own cookies): `page = open_page(PHONE, base_url=url)`.

    Arguments: viewport (`PHONE` or `DESKTOP`), `javascript` (default on), `locale`, and any other of Playwright's
    `new_context`. Paths in `page.goto("/portal/")` are relative to the server. At the end the test fails if a page had
    a script error, a violation of the content security policy or an answer of 500 and more; when it failed for any reason, a
    picture of every page is kept in `test-results/`.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: script error: {error}"))
        page.on(
            "console",
            lambda message: (
                wrong.append(f"{page.url}: {message.text}") if "Content Security Policy" in message.text else None
            ),
        )
        page.on(
            "response",
            lambda answer: wrong.append(f"{answer.url}: answered {answer.status}") if answer.status >= 500 else None,
        )

    def open_one(
        viewport: dict[str, int] = DESKTOP, *, javascript: bool = True, locale: str = "zh-CN", **options: Any
    ) -> Page:
        context = chromium.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            has_touch=viewport["width"] < 600,
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.on("page", watch)
        return context.new_page()

    yield open_one

    report = request.node.stash.get(_FAILED, False)
    for number, context in enumerate(contexts):
        for page in context.pages:
            if report or wrong:
                _keep_picture(page, request.node.name, number)
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def open_browser(open_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """`open_page` on Django's test server, with the test's own database."""
    return lambda *args, **options: open_page(*args, base_url=live_server.url, **options)


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[_FAILED] = True
    return report


def _keep_picture(page: Page, test: str, number: int) -> None:
    folder = Path(os.environ.get("ANXIN_TEST_RESULTS", "test-results"))
    folder.mkdir(parents=True, exist_ok=True)
    safe = "".join(letter if letter.isalnum() else "-" for letter in test)
    page.screenshot(path=folder / f"{safe}-{number}.png", full_page=True)
