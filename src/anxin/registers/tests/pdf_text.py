"""The text of a PDF that typst wrote: every glyph shown, through its font's ToUnicode map. Only what such files need."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(?s)(\d+) 0 obj\b(.*?)\bendobj")
_STREAM = re.compile(rb"(?s)stream\r?\n(.*)\r?\nendstream")
# A literal may hold balanced brackets that are not escaped; glyph numbers make them nest three deep at most.
_FLAT = rb"(?:\\.|[^\\()])*"
_NESTED = rb"(?:\\.|[^\\()]|\((?:\\.|[^\\()]|\(" + _FLAT + rb"\))*\))*"
_TOKEN = re.compile(rb"(?s)/(\w+) [\d.]+ Tf|\((" + _NESTED + rb")\)|<([0-9A-Fa-f]+)>")
_ESCAPE = re.compile(rb"(?s)\\([0-7]{1,3}|.)")
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """All text in the order it is drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    streams = {number: _inflated(body) for number, body in objects.items()}
    fonts: dict[bytes, dict[int, str]] = {}
    for body in objects.values():
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", body):
            found = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
            fonts[name] = _map(streams[int(found[1])]) if found else {}
    words = []
    for stream in streams.values():
        letters: dict[int, str] = {}
        for shown in re.findall(rb"(?s)\bBT\b(.*?)\bET\b", stream):
            for font, literal, hexadecimal in _TOKEN.findall(shown):
                if font:
                    letters = fonts[font]
                    continue
                codes = bytes.fromhex(hexadecimal.decode()) if hexadecimal else _ESCAPE.sub(_unescaped, literal)
                words += [letters.get(codes[i] << 8 | codes[i + 1], "") for i in range(0, len(codes) - 1, 2)]
    return "".join(words)


def _unescaped(found: re.Match[bytes]) -> bytes:
    word = found[1]
    return bytes([int(word, 8)]) if word.isdigit() else _NAMED.get(word, word)


def _inflated(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if not found:
        return b""
    return zlib.decompress(found[1]) if b"FlateDecode" in body[: found.start()] else found[1]


def _map(cmap: bytes) -> dict[int, str]:
    found = {}
    for block in re.findall(rb"(?s)beginbfchar(.*?)endbfchar", cmap):
        for code, letters in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    for block in re.findall(rb"(?s)beginbfrange(.*?)endbfrange", cmap):
        for first, last, letters in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(letters, 16) + step)
    return found
