"""Whether a page fits the screen."""

from __future__ import annotations

from playwright.sync_api import Page


def fits(page: Page) -> None:
    """Nothing is wider than the window; wide tables scroll inside their own box."""
    page.wait_for_load_state()
    # While a page takes the place of another there is no document for a moment.
    measure = "document.documentElement && document.documentElement.scrollWidth <= window.innerWidth + 1"
    for _ in range(50):
        fitting = page.evaluate(measure)
        if fitting is not None:
            break
        page.wait_for_timeout(100)
    assert fitting, page.url
