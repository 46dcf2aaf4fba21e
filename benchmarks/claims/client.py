"""A client as small as HTTP allows, so that the driver takes little of the two processors it shares with the server."""

from __future__ import annotations

import json
import socket
from typing import Any


class Failed(Exception):
    """The server did not answer as it should."""


class Client:
    """One connection, kept alive. Not for several threads at once."""

    def __init__(self, port: int):
        self._port = port
        self._socket: socket.socket | None = None
        self._rest = b""

    def call(self, method: str, path: str, token: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        payload = b"" if body is None else json.dumps(body).encode()
        head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(payload)}"]
        if token:
            head.append(f"Authorization: Bearer {token}")
        if body is not None:
            head.append("Content-Type: application/json")
        if key:
            head.append(f"Idempotency-Key: {key}")
        self._send("\r\n".join(head).encode() + b"\r\n\r\n" + payload)
        return self._answer()

    def _send(self, request: bytes) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)

    def _answer(self) -> tuple[int, Any]:
        buffer = self._rest
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            buffer += self._more()
        head = buffer[:end].lower()
        status = int(head[9:12])
        at = head.find(b"content-length:")
        if at < 0:
            if status == 204:
                self._rest = buffer[end + 4 :]
                return status, None
            raise Failed("an answer without a length")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        content = buffer[end + 4 :]
        while len(content) < length:
            content += self._more()
        self._rest = content[length:]
        if b"connection: close" in head:
            self.close()
        return status, json.loads(content[:length]) if length else None

    def _more(self) -> bytes:
        assert self._socket is not None
        chunk = self._socket.recv(65536)
        if not chunk:
            raise Failed("the server closed the connection")
        return chunk

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""
