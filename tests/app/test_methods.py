import httpx
import pytest


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/names", "GET, HEAD, OPTIONS"),
        ("/score", "GET, HEAD, OPTIONS, POST"),
        ("/models/tiny", "GET, HEAD, OPTIONS"),
        ("/metrics", "GET, HEAD, OPTIONS"),
        ("/docs", "GET, HEAD, OPTIONS"),
        ("/", "GET, HEAD, OPTIONS"),
        ("/models/tiny/steps", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_and_other_methods_say_what_a_path_takes(
    client: httpx.Client, path: str, allow: str
) -> None:
    options = client.options(path)
    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["allow"] == allow
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        other = client.request(method, path)
        assert other.status_code == 405
        assert other.headers["allow"] == allow


def test_options_of_a_path_that_there_is_not_is_404(client: httpx.Client) -> None:
    assert client.options("/nowhere").status_code == 404
