"""Where a webhook may go: nobody may make the insurer's server call an address inside its own network (SSRF).

The name is looked up once, every address it has must be public, and the call goes to the address that was looked at, so
that a name that changes its mind in between changes nothing.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _


class Forbidden(Exception):
    """The address may not be called; the message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Target:
    """`address` is the IP to connect to; `host` is what the certificate and the Host header must say."""

    scheme: str
    host: str
    port: int
    address: str


def _loopback_allowed() -> bool:
    return _setting("ANXIN_WEBHOOK_LOOPBACK")


def _private_allowed() -> bool:
    return _setting("ANXIN_WEBHOOK_PRIVATE")


def _setting(name: str) -> bool:
    given = getattr(settings, name, None)
    return bool(given) if given is not None else os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def check_form(url: str) -> None:
    """What can be said without looking the name up. Raises `Forbidden`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Forbidden(_("This is not an address of the web.")) from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or not url.isascii() or url != url.strip():
        raise Forbidden(_("Give an address that begins with https://."))
    if any(not letter.isprintable() or letter in ' "<>\\^`{|}' for letter in url):
        raise Forbidden(_("This is not an address of the web."))
    if parts.username or parts.password or parts.fragment:
        raise Forbidden(_("Give an address without user name, password and “#”."))
    if port is not None and not 1 <= port <= 65535:
        raise Forbidden(_("This is not an address of the web."))
    if parts.scheme == "http" and not (_loopback_allowed() and _is_loopback(parts.hostname)):
        raise Forbidden(_("Give an address that begins with https://."))
    try:
        literal = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return
    _check_address(literal)


def target_of(url: str) -> Target:
    """Look the name up and check every address behind it. Raises `Forbidden`, or `OSError` when there is none."""
    check_form(url)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        _check_address(ipaddress.ip_address(address.partition("%")[0]))
    return Target(parts.scheme, host, port, addresses[0])


def _check_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    public = address.is_global and not address.is_multicast
    # Link-local stays forbidden whatever is set: cloud machines tell their secrets there.
    private = address.is_private and not (address.is_loopback or address.is_link_local or address.is_unspecified)
    if public or (private and _private_allowed()) or (address.is_loopback and _loopback_allowed()):
        return
    raise Forbidden(_("This address is not on the public Internet."))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
