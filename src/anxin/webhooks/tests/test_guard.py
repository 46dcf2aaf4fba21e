"""Where a webhook may go, and how long it is tried. What it tells is tested through the API (faces/api/tests)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anxin.webhooks import guard, sending


def test_a_name_that_leads_inside_is_refused_when_it_is_called(monkeypatch):
    def resolve(host, port, **_options):
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("10.0.0.5", port))]

    monkeypatch.setattr(guard.socket, "getaddrinfo", resolve)
    guard.check_form("https://rebound.example/hook")
    with pytest.raises(guard.Forbidden):
        guard.target_of("https://rebound.example/hook")


def test_the_call_goes_to_the_address_that_was_looked_at(monkeypatch):
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda host, port, **_: [(2, 1, 6, "", ("93.184.216.34", port))])
    target = guard.target_of("https://example.com/hook")
    assert (target.address, target.host, target.port) == ("93.184.216.34", "example.com", 443)


def test_private_addresses_when_the_insurer_allows_them(monkeypatch):
    monkeypatch.setenv("ANXIN_WEBHOOK_PRIVATE", "1")
    guard.check_form("https://10.0.0.5/hook")
    for inside in ("https://169.254.169.254/", "https://127.0.0.1/"):
        with pytest.raises(guard.Forbidden):
            guard.check_form(inside)


def test_waits_grow_to_four_hours_and_span_a_day():
    waits = [sending.wait_after(attempts) for attempts in range(1, sending.MAX_ATTEMPTS + 1)]
    assert waits[0] == timedelta(seconds=10)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=4)
    assert timedelta(hours=9) < sum(waits, timedelta()) < timedelta(days=2)
