"""`docker stack deploy`, for real: replicas are replaced and killed under load, unnoticed."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from tests.conftest import ROOT
from tests.deploy.load import Load
from tests.test_wheel import NAMES, done

pytestmark = [pytest.mark.container, pytest.mark.stack]

PORT = 18005
STACK = "namewright-test"
UNLIMITED = {"CLIENT_RATE": "100000", "CLIENT_BURST": "100000", "CLIENT_CONNECTIONS": "1000"}
"""All clients of a test have one address."""


def containers(service: str) -> list[str]:
    label = f"label=com.docker.swarm.service.name={STACK}_{service}"
    return done("docker", "ps", "--quiet", "--no-trunc", "--filter", label).split()


def addresses() -> set[str]:
    """The replicas that nginx finds: those that are healthy."""
    nginx = containers("nginx")
    found = nginx and subprocess.run(
        ["docker", "exec", nginx[0], "getent", "ahostsv4", "app"],
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split()[0] for line in found.stdout.splitlines()} if found else set()


def until_replicas(count: int, without: frozenset[str] = frozenset(), seconds: float = 60) -> float:
    """Seconds until there are so many healthy replicas, none of them at one of some addresses."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        found = addresses()
        if len(found) == count and not found & without:
            return time.monotonic() - started
        time.sleep(0.05)
    pytest.fail(f"{len(addresses())} of {count} replicas after {seconds} s")


def until_ready(seconds: float = 60) -> None:
    """Until nginx has found them too; it begins before they do."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{PORT}/readyz").is_success:
                return
        time.sleep(0.2)
    pytest.fail(f"nothing is ready after {seconds} s")


@pytest.fixture(scope="module")
def stack() -> Iterator[httpx.Client]:
    done("docker", "build", "--quiet", "--tag", "namewright", str(ROOT))
    joined = done("docker", "info", "--format", "{{.Swarm.LocalNodeState}}").strip() == "active"
    if not joined:
        at = ["--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:2377"]
        done("docker", "swarm", "init", *at)
    file = str(ROOT / "deploy" / "stack.yml")
    settings = {"PORT": str(PORT), "NGINX_ACCESS_LOG": "off", **UNLIMITED}
    settings |= {name: os.environ[name] for name in ("NGINX",) if name in os.environ}
    try:
        deploy = ["docker", "stack", "deploy", "--resolve-image", "never", "-c", file, STACK]
        done(*deploy, **settings)
        until_replicas(4)
        until_ready()
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=30) as client:
            yield client
    finally:
        done("docker", "stack", "rm", STACK)
        while containers("app") or containers("nginx"):
            time.sleep(0.2)
        if not joined:
            done("docker", "swarm", "leave", "--force")


def test_it_gives_the_names_that_one_process_gives(stack: httpx.Client) -> None:
    for _ in range(8):
        answer = stack.get("/names", params={"n": len(NAMES), "seed": 42})
        assert answer.json()["names"] == NAMES


def test_a_killed_replica_is_missed_by_no_get_and_is_replaced_within_5_seconds(
    stack: httpx.Client,
) -> None:
    """Three times, kill -9 of the process of one of four.

    The shortest of the three times is what the stack takes: the machine has other work too.
    """
    times = []
    with Load(PORT, rate=400, posts=0).applied() as load:
        for _ in range(3):
            assert load.reaches(load.answered + 400)
            (victim, *_) = containers("app")
            inspected = done(
                *["docker", "inspect", "--format"],
                "{{.State.Pid}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                victim,
            ).split()
            os.kill(int(inspected[0]), signal.SIGKILL)
            times.append(until_replicas(4, without=frozenset(inspected[1:])))
            assert load.reaches(load.answered + 400)
    assert not load.failures
    assert min(times) < 5, times


def test_rolling_restarts_lose_none_of_50_000_requests(stack: httpx.Client) -> None:
    """Each replica is replaced, again and again until there were so many requests."""
    restarts, ids = 0, set(containers("app"))
    with Load(PORT, seconds=240).applied() as load:
        assert load.reaches(500)
        while load.answered + sum(load.failures.values()) < 50_000 and load.thread.is_alive():
            done("docker", "service", "update", "--force", "--quiet", f"{STACK}_app")
            restarts += 1
            assert not ids & set(containers("app"))
            ids |= set(containers("app"))
        assert load.reaches(50_000)
    assert not load.failures
    assert restarts >= 1
    state = done("docker", "service", "inspect", "-f", "{{.UpdateStatus.State}}", f"{STACK}_app")
    assert state.strip() == "completed"
