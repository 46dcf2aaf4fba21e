"""The respondents, a process of their own: `python -m benchmarks.answers.load PORT WORLD RESPONDENTS CONNECTIONS SEED SKIP`.

Each connection plays one respondent after the other as a browser without a script does: the welcome page, every page shown
and sent with its form, the redirect followed, the thanks page. Prints one line of JSON: what each respondent answered, how
long each kind of request took, and every answer of the server that was not as it should be.
"""

from __future__ import annotations

import json
import random
import resource
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

OPEN_WORDS = ("很满意", "材料太多，跑了两趟", "快一点就好", "")


class Browser:
    """One connection, kept alive. `ask` gives status, place redirected to and length of the page."""

    def __init__(self, port: int):
        self._port = port
        self._socket: socket.socket | None = None
        self._rest = b""

    def ask(self, method: str, path: str, form: list[tuple[str, str]] | None = None) -> tuple[int, str, int]:
        body = urlencode(form).encode() if form is not None else b""
        head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        if form is not None:
            head.append("Content-Type: application/x-www-form-urlencoded")
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        return self._answer()

    def _answer(self) -> tuple[int, str, int]:
        buffer = self._rest
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            buffer += self._more()
        fields = dict(line.split(": ", 1) for line in buffer[:end].decode("latin-1").split("\r\n")[1:] if ": " in line)
        fields = {name.lower(): value for name, value in fields.items()}
        length = int(fields.get("content-length", "0"))
        content = buffer[end + 4 :]
        while len(content) < length:
            content += self._more()
        self._rest = content[length:]
        return int(buffer[9:12]), fields.get("location", ""), length

    def _more(self) -> bytes:
        assert self._socket is not None
        chunk = self._socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        return chunk


def respond(browser: Browser, key: str, form: dict[str, Any], chance: random.Random, say: Any) -> dict[str, Any]:
    """One respondent, from the link to the thanks; gives what was answered."""
    given: dict[str, Any] = {}

    def step(name: str, method: str, path: str, expected: int, data: list[tuple[str, str]] | None = None) -> str:
        begun = time.perf_counter()
        status, place, _length = browser.ask(method, path, data)
        say(name, time.perf_counter() - begun, status == expected, f"{method} {path}: {status}, not {expected}")
        return place

    step("welcome", "GET", f"/q/{key}/", 200)
    place = f"/q/{key}/p/{form['pages'][0]['code']}/"
    pages = {page["code"]: page for page in form["pages"]}
    while "/p/" in place:
        step("page", "GET", place, 200)
        page = pages[place.rstrip("/").rpartition("/")[2]]
        sent = _fill(page, chance, given)
        data = [(name, str(value)) for name, value in sent.items()]
        place = step("send", "POST", place, 303, data)
    step("thanks", "GET", place, 200)
    return given


def _fill(page: dict[str, Any], chance: random.Random, given: dict[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for question in page["questions"]:
        code = question["code"]
        if "show_if" in question and given.get("claimed") != "yes":
            continue
        if question["kind"] == "scale":
            value: Any = chance.randint(question["scale"]["low"], question["scale"]["high"])
        elif question["kind"] == "one":
            value = chance.choice(question["options"])["code"]
        elif question["kind"] == "number":
            value = chance.randint(1, 9)
        else:
            value = chance.choice(OPEN_WORDS)
        sent[code] = value
        if value != "":
            given[code] = value
    return sent


def drive(port: int, world: dict[str, Any], keys: list[str], connections: int, seed: int) -> dict[str, Any]:
    lock = threading.Lock()
    waiting = list(reversed(keys))
    steps: dict[str, list[float]] = {}
    errors: list[str] = []
    given: dict[str, Any] = {}

    def say(name: str, taken: float, good: bool, why: str) -> None:
        steps.setdefault(name, []).append(taken)
        if not good:
            errors.append(why)

    def work(number: int) -> None:
        browser, chance = Browser(port), random.Random(f"{seed}/{number}")
        while True:
            with lock:
                if not waiting:
                    return
                key = waiting.pop()
            try:
                answered = respond(browser, key, world["form"], chance, say)
            except (OSError, KeyError) as error:
                errors.append(f"{key}: {error!r}")
                browser = Browser(port)
                continue
            with lock:
                given[key] = answered

    cpu, begun = _cpu(), time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "seconds": time.perf_counter() - begun, "driver_cpu": _cpu() - cpu, "steps": steps, "errors": errors,
        "given": given,
    }  # fmt: skip


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    port, path, respondents, connections, seed, skip = sys.argv[1:7]
    told = json.loads(Path(path).read_text("utf-8"))
    chosen = told["keys"][int(skip) : int(skip) + int(respondents)]
    print(json.dumps(drive(int(port), told, chosen, int(connections), int(seed))), flush=True)
