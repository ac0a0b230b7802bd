"""A real server on a real socket, serving the tiny model and the shipped ones."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import hypothesis
import pytest
from fastapi import FastAPI

from app.main import create_app
from app.server import Server, configure
from namewright import Model, Registry, Sources, load_model, load_registry
from namewright.checkpoint import save
from tests import tiny

# A shared machine's clock says nothing about the code.
hypothesis.settings.register_profile("namewright", deadline=None)
hypothesis.settings.load_profile("namewright")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some tests wait for a process, or for the clock."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first, so that no worker is left with them when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


ROOT = Path(__file__).parent.parent
MODELS = ROOT / "models"
SHIPPED = sorted(Sources().paths())


@pytest.fixture(scope="session")
def shipped() -> dict[str, Model]:
    return dict(load_registry(Sources()).models)


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tiny") / "tiny.safetensors"
    save(tiny.checkpoint(), path)
    return path


@pytest.fixture(scope="session")
def tiny_model(tiny_path: Path) -> Model:
    return load_model(tiny_path)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of an application, served from a thread by what serves it in production."""
    listener = socket.create_server(("127.0.0.1", 0))
    settings = app.state.settings.model_copy(update={"access_log": False})
    server = Server(configure(app, settings, log_level="warning"), settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not (server.started and app.state.guard.ready):
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="session")
def address(tiny_model: Model, shipped: dict[str, Model]) -> Iterator[str]:
    with serving(create_app(registry=Registry({"tiny": tiny_model, **shipped}, "tiny"))) as url:
        yield url


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client
