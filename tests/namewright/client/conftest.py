"""A client of the service that all tests share."""

from collections.abc import Iterator

import pytest

from namewright.client import Client
from tests.namewright.client.calling import AT_ONCE


@pytest.fixture(scope="session")
def service(address: str) -> Iterator[Client]:
    with Client(address, retries=AT_ONCE) as client:
        yield client
