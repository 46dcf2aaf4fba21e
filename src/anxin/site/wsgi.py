"""The WSGI application granian serves: pages with all that pages need; the API and respondents' pages without sessions."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.site.settings")
django.setup(set_prefix=False)


def _handler(middleware: list[str]) -> WSGIHandler:
    from django.conf import settings

    usual, settings.MIDDLEWARE = settings.MIDDLEWARE, middleware
    try:
        return WSGIHandler()
    finally:
        settings.MIDDLEWARE = usual


def _dispatcher() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    from django.conf import settings

    pages, api = _handler(settings.MIDDLEWARE), _handler(settings.API_MIDDLEWARE)
    answers = _handler(settings.ANSWERS_MIDDLEWARE)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # A program brings its token along and is asked for nothing else: no cookie of a browser opens the API.
        place = environ.get("PATH_INFO", "")
        handler = api if place.startswith("/api/") else answers if place.startswith("/q/") else pages
        return handler(environ, start_response)

    return application


application = _dispatcher()

# What is loaded by now stays until the end: collecting garbage looks at what requests make only, and less often.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
