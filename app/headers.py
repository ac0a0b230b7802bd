"""Headers that every answer has, whatever gave it.

They stop a browser from taking JSON for a script or a page (`nosniff`), a page of ours from loading
or being framed by anything else (the policy), and a cache from handing on what was made for one
request (`no-store`, unless the answer says how long it holds).
"""

Headers = list[tuple[bytes, bytes]]

ROW_HEADERS = (
    *("Namewright-Model", "Namewright-Digest", "Namewright-Sampler", "Namewright-Seed"),
    "Namewright-Words",
)
"""What says of names in rows how to have them again, as it stands beside them in JSON."""

NOSNIFF = (b"x-content-type-options", b"nosniff")
VARY = (b"vary", b"accept")
NO_STORE = (b"cache-control", b"no-store")
REFERRER = (b"referrer-policy", b"no-referrer")


def policy(*scripts: str) -> str:
    """What a page may load: from this service only, and nothing that is written into the page.

    But for `scripts`, each by its hash, as `sha256-...`.
    """
    allowed = " ".join(("'self'", *(f"'{each}'" for each in scripts)))
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


POLICY = (b"content-security-policy", policy().encode("ascii"))


def cache_control(seconds: int, public: bool) -> tuple[bytes, bytes]:
    """That an answer may be kept for a time; by caches that others share only if it is public."""
    if not seconds:
        return NO_STORE
    whose = "public" if public else "private"
    return b"cache-control", f"{whose}, max-age={seconds}, immutable".encode("ascii")


def complete(headers: Headers, cached: tuple[bytes, bytes] = NO_STORE) -> Headers:
    """The headers of an answer, and those that it lacks."""
    named = dict(headers)
    more = [NOSNIFF]
    if b"cache-control" not in named:
        more.append(cached)
    if named.get(b"content-type", b"").startswith(b"text/html"):
        more.append(REFERRER)
        if b"content-security-policy" not in named:
            more.append(POLICY)
    return [*headers, *more]
