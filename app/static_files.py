"""Files that are sent as they are: those of `/docs`, of the page at `/`, and of the guide.

>>> DOCS = StaticFiles(STATIC / "docs")
>>> DOCS.respond("docs.js", request, HOUR)

A name is looked up among them, and never made into a path: so no name leads out of the folders.
"""

import gzip
from functools import cached_property
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path

from fastapi import HTTPException, Request, Response

from .entity_tag import is_known
from .negotiation import takes_gzip

STATIC = Path(__file__).with_name("static")
HOUR = "public, max-age=3600"
LOADED = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""What a page loads, by how its name ends; licences, and the page itself, are not."""
PACKED = ".gz"
"""How the name of a file ends that is kept compressed. It is sent by the name without it."""
COMPRESSED_ALREADY = (".woff2", ".png")


class StaticFile:
    """A file, and what it is compressed; each is read, or made, when it is first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name.removesuffix(PACKED)
        self.suffix = Path(self.name).suffix

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

    @cached_property
    def digest(self) -> str:
        """What its entity tags begin with: one of what it is, and one of what it is compressed."""
        return blake2b(self.packed, digest_size=12).hexdigest()

    @property
    def media_type(self) -> str:
        """What it is."""
        found = LOADED.get(self.suffix) or guess_type(self.name)[0] or "application/octet-stream"
        return f"{found}; charset=utf-8" if found.startswith("text/") else found

    def respond(self, request: Request, cache_control: str) -> Response:
        """The file, compressed for whoever takes that; or that it is known already."""
        packs = self.suffix not in COMPRESSED_ALREADY and takes_gzip(request.scope)
        tag = f'"{self.digest}-gzip"' if packs else f'"{self.digest}"'
        headers = {"cache-control": cache_control, "etag": tag, "vary": "Accept-Encoding"}
        if is_known(tag, request.scope):
            return Response(status_code=304, headers=headers)
        headers["content-type"] = self.media_type
        if packs:
            headers["content-encoding"] = "gzip"
            return Response(self.packed, headers=headers)
        return Response(self.content, headers=headers)


class StaticFiles:
    """The files of some folders, by name: what pages load; or, of a `site`, all, by their paths."""

    def __init__(self, *folders: Path, site: bool = False) -> None:
        self.folders = folders
        self.site = site

    @cached_property
    def files(self) -> dict[str, StaticFile]:
        """Name -> file, A to Z in each folder."""
        found = {}
        for folder in self.folders:
            for path in sorted(folder.rglob("*") if self.site else folder.iterdir()):
                file = StaticFile(path)
                if path.is_file() and (self.site or file.suffix in LOADED):
                    found[path.relative_to(folder).as_posix().removesuffix(PACKED)] = file
        return found

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
