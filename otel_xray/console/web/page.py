"""The page: what the front end's build left in ``console/static``."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

STATIC = Path(__file__).parents[1] / "static"
ASSETS = "assets"

# the build names each asset after its content
_IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}


class StaticPage:
    """Serves one page and its assets from *directory*."""

    def __init__(self, directory: Path = STATIC) -> None:
        self._directory = directory

    def index(self, request: Request) -> Response:  # noqa: ARG002  Starlette's signature
        """Answer ``GET /``."""
        index = self._directory / "index.html"
        if not index.is_file():
            msg = (
                "The console's page is not built; run `pip install .` in the source tree, which "
                f"puts it into {self._directory}. The API and the receivers work without it."
            )
            raise HTTPException(503, msg)
        return FileResponse(index, media_type="text/html; charset=utf-8")

    def asset(self, request: Request) -> Response:
        """Answer ``GET /assets/…``; nothing outside that folder."""
        folder = (self._directory / ASSETS).resolve()
        file = _inside(folder, request.path_params["path"])
        if file is None:
            raise HTTPException(404, f"There is no asset {request.url.path!r:.200}.")
        return FileResponse(file, headers=_IMMUTABLE)


def _inside(folder: Path, path: str) -> Path | None:
    """Return the file *path* of *folder*; None when it is no file, or elsewhere."""
    try:
        file = (folder / path).resolve()
        return file if file.is_relative_to(folder) and file.is_file() else None
    except (OSError, ValueError):  # too long a name; a NUL
        return None
