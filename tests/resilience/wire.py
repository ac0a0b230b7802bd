"""Requests as bytes, and a client that sends them over a socket of its own and waits."""

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any

HOST = "127.0.0.1"


def head(method: str, target: str, **headers: object) -> bytes:
    """The head of a request; of a header's name, `_` stands for `-`."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def get(target: str, **headers: object) -> bytes:
    """A GET."""
    return head("GET", target, **headers)


def post(target: str, body: bytes, **headers: object) -> bytes:
    """A POST of JSON."""
    headers = {"Content_Type": "application/json", "Content_Length": len(body), **headers}
    return head("POST", target, **headers) + body


def score(names: Sequence[str], **more: object) -> bytes:
    """A `POST /score`."""
    return post("/score", json.dumps({"names": list(names), **more}, ensure_ascii=False).encode())


def upload(length: int, target: str = "/score") -> bytes:
    """The head of a POST whose body is to be so long."""
    return head("POST", target, Content_Type="application/json", Content_Length=length)


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class Client:
    """A connection that is kept. Raises OSError where it is cut, and where nothing comes."""

    def __init__(self, port: int, timeout: float = 10.0) -> None:
        self.socket = socket.create_connection((HOST, port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> Answer:
        """The answer to one request."""
        self.socket.sendall(request)
        response = HTTPResponse(self.socket)
        try:
            response.begin()
            body = response.read()
        except HTTPException as error:
            raise ConnectionError(repr(error)) from error
        finally:
            response.close()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, body)

    def close(self) -> None:
        """Leave."""
        self.socket.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ask(port: int, request: bytes, timeout: float = 10.0) -> Answer:
    """The answer to a request over a connection of its own."""
    with Client(port, timeout) as client:
        return client.ask(request)
