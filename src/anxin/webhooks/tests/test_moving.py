"""Webhooks were the API's once: whoever upgrades keeps subscriptions, tries and the scopes of tokens."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("api", "0001_initial"), ("webhooks", None)]
AFTER = [("api", "0003_webhooks_have_a_room"), ("webhooks", "0001_initial")]


@pytest.mark.django_db(transaction=True)
def test_rows_and_scopes_are_kept(staff, now) -> None:
    executor = MigrationExecutor(connection)
    old = executor.migrate(BEFORE).apps
    try:
        user = staff["administrator"].pk
        token = old.get_model("access", "ApiToken").objects.create(
            user_id=user, name="core", digest="d", hint="h", scopes=["claims.see", "api.subscribe"], created_at=now
        )
        old.get_model("api", "Subscription").objects.create(
            user_id=user, token=token, url="https://partner.example/hook", created_at=now, next_try_at=now
        )
    finally:
        MigrationExecutor(connection).migrate(AFTER)
    from anxin.access.models import ApiToken
    from anxin.webhooks.models import Attempt, Subscription

    assert Subscription.objects.get().token == ApiToken.objects.get()
    assert ApiToken.objects.get().scopes == ["claims.see", "webhooks.subscribe"]
    assert not Attempt.objects.exists()
    Subscription.objects.all().delete()
