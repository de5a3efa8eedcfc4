import pytest
from aiohttp.test_utils import make_mocked_request

from boot.apiserver.health import answer_health
from boot.errors import NotFound

FINE = {"store": lambda: ""}
FULL = {"store": lambda: "no space left on device"}


@pytest.mark.parametrize(
    ("path", "checks", "status", "text"),
    [
        ("/healthz", FULL, 200, "ok"),
        ("/livez", FULL, 200, "ok"),
        ("/readyz", FINE, 200, "ok"),
        ("/readyz", FULL, 500, "[+]ping ok\n[-]store failed: reason withheld\nreadyz check failed\n"),
        ("/readyz?verbose", FINE, 200, "[+]ping ok\n[+]store ok\nreadyz check passed\n"),
        ("/livez?verbose=true", FULL, 200, "[+]ping ok\nlivez check passed\n"),
        ("/readyz?exclude=store", FULL, 200, "ok"),
        ("/readyz?verbose&exclude=store", FULL, 200, "[+]ping ok\n[+]store excluded: ok\nreadyz check passed\n"),
        ("/readyz/ping", FULL, 200, "ok"),
        ("/readyz/store", FINE, 200, "ok"),
        ("/readyz/store", FULL, 500, "internal server error: no space left on device\n"),
        ("/livez/ping", FULL, 200, "ok"),
    ],
)
def test_health_is_told_in_kubernetes_words(path: str, checks: dict[str, object], status: int, text: str) -> None:
    response = answer_health(make_mocked_request("GET", path), FINE if checks is FINE else FULL)
    assert response is not None
    assert (response.status, response.text) == (status, text)


def test_a_check_that_there_is_not_is_not_found() -> None:
    for path in ("/readyz/none", "/livez/store"):
        with pytest.raises(NotFound):
            answer_health(make_mocked_request("GET", path), FINE)


def test_other_paths_are_none_of_its_business() -> None:
    assert answer_health(make_mocked_request("GET", "/api/v1"), FINE) is None
