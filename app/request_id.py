"""The id of a request: the caller's own where it is one, else a new one.

It is in the answer's `X-Request-ID` and in the log. One that a caller sends is bounded in length
and alphabet, so that it can forge no line of a log.
"""

import re
from collections.abc import Iterable
from random import getrandbits

HEADER = b"x-request-id"
VALID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def new_request_id() -> str:
    """32 hexadecimal digits, as the id of a trace has."""
    return getrandbits(128).to_bytes(16, "big").hex()


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id that a request's headers have, if there is just one and it is valid; else new."""
    found = [value for name, value in headers if name == HEADER]
    if len(found) == 1 and VALID.fullmatch(found[0]):
        return found[0].decode("ascii")
    return new_request_id()
