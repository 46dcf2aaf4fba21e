"""How many queries each page asks, in this process: `python -m benchmarks.desk.count` reads people and pages as JSON."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any


def count(people: dict[str, str], pages: dict[str, list[Any]]) -> dict[str, dict[str, int]]:
    """role -> page -> queries, session and person included; the most of three times, once the short lists are kept."""
    from django.db import connection
    from django.test import Client

    from anxin.access import clock
    from anxin.access.models import User
    from benchmarks.desk.fill import AS_OF

    clock.set_offset(AS_OF - datetime.now(UTC))  # a home filled earlier stands at the same hour again
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    found: dict[str, dict[str, int]] = {}
    for role, username in people.items():
        client = Client()
        client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        found[role] = {}
        for name, (path, _goal) in pages.items():
            client.get(path)
            numbers = []
            for _ in range(3):
                asked.clear()
                with connection.execute_wrapper(note):
                    client.get(path)
                numbers.append(len(asked))
            found[role][name] = max(numbers)
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.site.settings")
    import django

    django.setup()
    given = json.load(sys.stdin)
    json.dump(count(given["people"], given["pages"]), sys.stdout)
