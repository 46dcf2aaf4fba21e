"""Someone at the desk: signs in through the form, then asks for pages over one connection."""

from __future__ import annotations

import http.client
import re
from urllib.parse import quote, urlencode


class Reader:
    """Not for several threads at once. Raises RuntimeError when a page is not there."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def sign_in(self, username: str, password: str) -> None:
        _status, page = self._ask("GET", "/account/login/")
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None
        form = {"csrfmiddlewaretoken": found.group(1).decode(), "login": username, "password": password}
        status, _page = self._ask("POST", "/account/login/", urlencode(form))
        if status != 302 or "sessionid" not in self._cookies:
            raise RuntimeError(f"{username} could not sign in: {status}")

    def get(self, path: str) -> int:
        """The page's size in bytes. A search that finds one thing alone answers with the way to it."""
        status, page = self._ask("GET", quote(path, safe="/?&=,.-"))
        if status not in (200, 302):
            raise RuntimeError(f"{path}: {status}")
        return len(page)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        page = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, given = value.partition(";")[0].partition("=")
                self._cookies[cookie] = given
        return answer.status, page
