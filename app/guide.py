"""`/guide`: the site that `make docs` builds, where a setting says in which folder it is.

A path is looked up among the files that were there at start, so none leads out of the folder. A
file is read when it is first asked for, and kept compressed, as it may be in the folder too: there
`index.html.gz` is `index.html`.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Annotated

from anyio import to_thread
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi import Path as PathParameter

from namewright.errors import SettingError

from .documentation import HOUR
from .entity_tag import is_known
from .negotiation import header
from .settings import PREFIX, Settings

INDEX = "index.html"
PACKED = ".gz"


@dataclass(frozen=True)
class Content:
    """A file as it is sent: compressed, with its tag and its type."""

    packed: bytes
    tag: str
    kind: str


@cache
def read(path: Path) -> Content:
    """The content of a file; read once."""
    content = path.read_bytes()
    packed = content if path.suffix == PACKED else gzip.compress(content, mtime=0)
    kind = guess_type(path.name.removesuffix(PACKED))[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    tag = f'"{sha256(packed).hexdigest()[:32]}"'
    return Content(packed, tag, kind)


def files_of(folder: Path) -> Mapping[str, Path]:
    """The files of a site, by their paths in it. Raises SettingError where there is no site."""
    files = {
        path.relative_to(folder).as_posix().removesuffix(PACKED): path
        for path in folder.rglob("*")
        if path.is_file()
    }
    if INDEX not in files:
        raise SettingError(
            f"{PREFIX}GUIDE_DIR", f"should be a folder with a site in it, an {INDEX}"
        )
    return files


def install(app: FastAPI, settings: Settings) -> None:
    """Answer with the files of the site, if there is one. Raises SettingError."""
    if settings.guide_dir is None:
        return
    files = files_of(settings.guide_dir)

    async def top() -> Response:
        """The pages link to each other by relative paths: they are below a slash."""
        return Response(status_code=308, headers={"location": "guide/"})

    async def file(path: Annotated[str, PathParameter()], request: Request) -> Response:
        """A file of the site. Raises HTTPException for one that there is not."""
        found = files.get(path or INDEX)
        if found is None:
            raise HTTPException(404)
        content = await to_thread.run_sync(read, found)
        headers = {"cache-control": HOUR, "etag": content.tag, "vary": "Accept-Encoding"}
        if is_known(content.tag, header(request.scope, b"if-none-match")):
            return Response(status_code=304, headers=headers)
        headers["content-type"] = content.kind
        if "gzip" in header(request.scope, b"accept-encoding"):
            return Response(content.packed, headers=headers | {"content-encoding": "gzip"})
        return Response(gzip.decompress(content.packed), headers=headers)

    app.get("/guide", include_in_schema=False)(top)
    app.get("/guide/{path:path}", include_in_schema=False)(file)
