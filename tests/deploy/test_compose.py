"""`docker compose --profile scaled up`: nginx before four replicas, for real."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.deploy.load import Load
from tests.test_container import compose
from tests.test_wheel import NAMES, done

pytestmark = pytest.mark.container

PORT = 18004
PROJECT = "namewright-scaled"


def scaled(*arguments: str) -> str:
    variables = {"PORT": str(PORT), "CLIENT_RATE": "50", "CLIENT_BURST": "100"}
    return compose("--profile", "scaled", *arguments, project=PROJECT, **variables)


@pytest.fixture(scope="module")
def front() -> Iterator[httpx.Client]:
    scaled("up", "--detach", "--build", "--wait")
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=30) as client:
            yield client
    finally:
        scaled("down")


@pytest.fixture(autouse=True)
def patience() -> None:
    """Each test begins with what a client is allowed at once."""
    time.sleep(2)


def logged() -> str:
    return scaled("logs", "--no-log-prefix", "nginx")


def test_only_this_machine_reaches_it(front: httpx.Client) -> None:
    assert scaled("port", "nginx", "8080").strip() == f"127.0.0.1:{PORT}"
    assert scaled("ps", "--services").split() == ["nginx", "replica"]


def test_four_replicas_give_the_same_names(front: httpx.Client) -> None:
    for _ in range(40):
        answer = front.get("/names", params={"n": len(NAMES), "seed": 42})
        assert answer.json()["names"] == NAMES
    requests = [line for line in logged().splitlines() if '"GET /names" 200' in line]
    assert len({line.split(" via ")[1] for line in requests}) == 4


def test_no_query_is_in_the_log_of_nginx(front: httpx.Client) -> None:
    front.get("/score", params={"name": "Rumpelstiltskin"})
    assert "Rumpelstiltskin" not in logged()


def test_a_request_id_goes_through_and_one_is_made(front: httpx.Client) -> None:
    assert front.get("/names", headers={"X-Request-ID": "a-1"}).headers["x-request-id"] == "a-1"
    made = front.get("/names", headers={"X-Request-ID": "no id"}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_the_log_of_a_replica_has_the_clients_address_and_not_what_the_client_says_it_is(
    front: httpx.Client,
) -> None:
    front.get("/models", headers={"X-Forwarded-For": "203.0.113.9"})
    (client,) = {line.split()[1] for line in logged().splitlines() if '"GET /models" 200' in line}
    lines = scaled("logs", "--no-log-prefix", "replica").splitlines()
    (line,) = (line for line in lines if "/models" in line)
    assert client in line
    assert "203.0.113.9" not in line


def test_what_nginx_refuses_is_a_problem(front: httpx.Client) -> None:
    large = front.post("/score", content=b" " * 300_000)
    long = front.get("/" + "a" * 9000)
    for answer, status in ((large, 413), (long, 414), (front.get("/metrics"), 404)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_a_client_that_sends_too_much_is_told_so_and_is_welcome_again(front: httpx.Client) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: front.get("/names"), range(300)))
    refused = [answer for answer in answers if answer.status_code != 200]
    assert 100 <= len(answers) - len(refused) < 290
    for answer in refused:
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "1"
        assert answer.headers["content-type"] == "application/problem+json"
    time.sleep(1)
    assert front.get("/names").is_success


def test_a_replica_that_stops_is_missed_by_nobody_and_comes_back_under_another_address(
    front: httpx.Client,
) -> None:
    """Without a reload of nginx."""
    with Load(PORT, clients=4, rate=40, seconds=60).applied() as load:
        assert load.reaches(40)
        replica = scaled("ps", "--quiet", "replica").split()[0]
        done("docker", "rm", "--force", replica)
        assert load.reaches(load.answered + 100)
        scaled("up", "--detach", "--wait")
        assert load.reaches(load.answered + 100)
    assert not load.failures


def test_where_no_replica_answers_there_is_a_503_and_later_a_200(front: httpx.Client) -> None:
    scaled("stop", "replica")
    answer = front.get("/names")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["type"] == "urn:namewright:problem:no-replica"
    scaled("up", "--detach", "--wait")
    time.sleep(1)
    assert front.get("/names").is_success
