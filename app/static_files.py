"""Files that are sent as they are: those of `/docs`, and those of the page at `/`.

>>> DOCS = StaticFiles("docs")
>>> DOCS.respond("docs.js", request, HOUR)

What is not among them there is no way to: a name is looked up, and never made into a path.
"""

import gzip
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from fastapi import HTTPException, Request, Response

STATIC = Path(__file__).with_name("static")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""What is sent, by how its name ends; licences, and the pages themselves, are not."""
PACKED = ".gz"
"""How the name of a file ends that is kept compressed. It is sent by the name without it."""
COMPRESSED_ALREADY = (".woff2",)


class StaticFile:
    """A file, and what it is compressed; each is read, or made, when it is first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name.removesuffix(PACKED)

    @cached_property
    def content(self) -> bytes:
        """The file."""
        stored = self.path.read_bytes()
        return gzip.decompress(stored) if self.path.suffix == PACKED else stored

    @cached_property
    def packed(self) -> bytes:
        """The same, as gzip packs it; always the same bytes."""
        if self.path.suffix == PACKED:
            return self.path.read_bytes()
        return gzip.compress(self.content, mtime=0)

    def respond(self, request: Request, cache_control: str) -> Response:
        """The file, compressed for whoever takes that."""
        suffix = Path(self.name).suffix
        headers = {"cache-control": cache_control, "content-type": TYPES[suffix]}
        if suffix in COMPRESSED_ALREADY:
            return Response(self.content, headers=headers)
        headers["vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(self.packed, headers=headers)
        return Response(self.content, headers=headers)


class StaticFiles:
    """The files of some folders of `static/`, by name."""

    def __init__(self, *folders: str) -> None:
        self.folders = folders

    @cached_property
    def files(self) -> dict[str, StaticFile]:
        """Name -> file, A to Z in each folder."""
        paths = (path for folder in self.folders for path in sorted((STATIC / folder).iterdir()))
        files = (StaticFile(path) for path in paths)
        return {file.name: file for file in files if Path(file.name).suffix in TYPES}

    @cached_property
    def digest(self) -> str:
        """What changes whenever a file does."""
        digest = blake2b(digest_size=8)
        for name, file in self.files.items():
            digest.update(b"%s\0%d\0%s" % (name.encode(), len(file.content), file.content))
        return digest.hexdigest()

    def respond(self, name: str, request: Request, cache_control: str) -> Response:
        """A file. Raises HTTPException for one that there is not."""
        if name not in self.files:
            raise HTTPException(404)
        return self.files[name].respond(request, cache_control)
