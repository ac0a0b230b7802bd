"""What names a response: a request with a seed is a pure function, so a cache may ask by its name.

RFC 9110, sections 8.8.3 and 13.1.2.
"""

from hashlib import blake2b

from starlette.types import Scope

from .negotiation import list_header


def tag_of(*facts: object) -> str:
    """The tag of what depends on these facts, and on nothing else."""
    return f'"{hash_of(*facts)}"'


def hash_of(*facts: object) -> str:
    """The hash of some facts."""
    return blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def is_known(tag: str, scope: Scope) -> bool:
    """Whether a caller has it already, as the `If-None-Match` of its request says."""
    sent = list_header(scope, b"if-none-match")
    known = (each.strip().removeprefix("W/") for each in sent.split(","))
    return bool(sent) and any(each in (tag, "*") for each in known)
