"""What names a response: a request with a seed is a pure function, so a cache may ask by its name.

RFC 9110, sections 8.8.3 and 13.1.2.
"""

from hashlib import blake2b


def tag_of(*facts: object) -> str:
    """The tag of what depends on these facts, and on nothing else."""
    return f'"{hash_of(*facts)}"'


def hash_of(*facts: object) -> str:
    """The hash of some facts."""
    return blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether a caller has it already, as its `If-None-Match` says."""
    known = (each.strip().removeprefix("W/") for each in if_none_match.split(","))
    return any(each in (tag, "*") for each in known)
