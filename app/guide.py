"""`/guide`: the site that `make docs` builds, where a setting says in which folder it is."""

from typing import Annotated

from anyio import to_thread
from fastapi import FastAPI, Path, Request, Response

from namewright.errors import SettingError

from .settings import PREFIX, Settings
from .static_files import HOUR, StaticFiles

INDEX = "index.html"


def install(app: FastAPI, settings: Settings) -> None:
    """Answer with the files of the site, if there is one. Raises SettingError."""
    if settings.guide_dir is None:
        return
    files = StaticFiles(settings.guide_dir, site=True)
    if INDEX not in files.files:
        raise SettingError(
            f"{PREFIX}GUIDE_DIR", f"should be a folder with a site in it, an {INDEX}"
        )

    async def top() -> Response:
        """The pages link to each other by relative paths: they are below a slash."""
        return Response(status_code=308, headers={"location": "guide/"})

    async def file(path: Annotated[str, Path()], request: Request) -> Response:
        """A file of the site. Raises HTTPException for one that there is not."""
        return await to_thread.run_sync(files.respond, path or INDEX, request, HOUR)

    app.get("/guide", include_in_schema=False)(top)
    app.get("/guide/{path:path}", include_in_schema=False)(file)
