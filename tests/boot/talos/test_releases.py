"""Talos releases and what runs on them."""

import pytest

from boot.errors import ConfigError
from boot.talos.releases import NEWEST_CONTRACT, describe_misfit, parse_contract


@pytest.mark.parametrize(("text", "shown"), [("v1.6.3", "v1.6"), ("1.13", "v1.13"), ("v1.10", "v1.10")])
def test_a_contract_is_the_minor_release(text: str, shown: str) -> None:
    assert str(parse_contract(text)) == shown


def test_without_a_version_it_is_the_newest() -> None:
    assert parse_contract("") == NEWEST_CONTRACT


@pytest.mark.parametrize("text", ["v1.5", "1.99.0", "latest", "1", "v1.13rc"])
def test_what_is_none_or_unknown_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_contract(text)


def test_a_kubernetes_version_fits_or_it_is_said_what_would() -> None:
    assert describe_misfit("v1.10", "1.33.1") == ""
    assert describe_misfit("v1.10", "v1.35.0") == "Talos 1.10 runs Kubernetes 1.28 to 1.33, not v1.35.0"
