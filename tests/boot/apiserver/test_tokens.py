import logging
from pathlib import Path

import pytest

from boot.apiserver.pki import ADMIN, READER
from boot.apiserver.tokens import ADMIN_TOKEN, READER_TOKEN, open_tokens

OWN = "an-operators-own-secret-of-some-length"


def _token(directory: Path, name: str) -> str:
    return (directory / name).read_text().strip()


def test_tokens_are_made_once_and_are_the_owners_alone(tmp_path: Path) -> None:
    open_tokens(tmp_path)
    before = [_token(tmp_path, name) for name in (ADMIN_TOKEN, READER_TOKEN)]
    assert len(set(before)) == 2
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in (ADMIN_TOKEN, READER_TOKEN))
    again = open_tokens(tmp_path)
    assert [again.find(token) for token in before] == [ADMIN, READER]


def test_only_whole_tokens_are_somebodys(tmp_path: Path) -> None:
    tokens = open_tokens(tmp_path)
    admin = _token(tmp_path, ADMIN_TOKEN)
    assert [tokens.find(text) for text in ("", admin[:-1], admin + "x", admin.swapcase(), "\udc80")] == [None] * 5


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40, b"two words that are long enough to be one\n"])
def test_what_could_be_guessed_or_is_damaged_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ADMIN_TOKEN).write_bytes(content)
    assert open_tokens(tmp_path).find(_token(tmp_path, ADMIN_TOKEN)) == ADMIN
    assert (tmp_path / ADMIN_TOKEN).read_bytes() != content


def test_an_operators_own_secret_is_taken_and_hidden(tmp_path: Path) -> None:
    (tmp_path / READER_TOKEN).write_text(OWN + "\n")
    (tmp_path / READER_TOKEN).chmod(0o644)
    assert open_tokens(tmp_path).find(OWN) == READER
    assert (tmp_path / READER_TOKEN).stat().st_mode & 0o777 == 0o600


def test_where_none_can_be_kept_nobody_gets_in_by_token_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        tokens = open_tokens(tmp_path / "none")
    assert "cannot be written" in caplog.text
    assert tokens.find("") is None
