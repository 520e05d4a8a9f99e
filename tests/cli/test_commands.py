"""The command line as a user meets it: one JSON object, a sentence for a mistake, status that tells."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clarine.adapters.postgres.migrate import migrations
from clarine.cli import app, fail
from clarine.domain.errors import ClarineError, Invalid


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="clarine-", ignore_cleanup_errors=True) as name:
        yield Path(name)


class Terminal:
    """Runs commands on one data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def json(self, *arguments: str) -> Any:
        result = CliRunner().invoke(app, [*arguments, "--data", str(self._data), "--json"])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return json.loads(result.stdout)


@pytest.fixture
def terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Terminal(folder)


def test_a_business_opens_with_all_that_its_client_needs(terminal: Terminal) -> None:
    made = terminal.json("business", "create", "--name", "N", "--phone", "+1 555 078 3881", "--balance", "100")
    assert {"business", "name", "waba", "phone_number_id", "app_id", "app_secret", "access_token"} <= set(made)
    assert made["balance_micros"] == 100_000_000
    assert made["access_token"].startswith("EAA")
    assert made["access_token"].isalnum()
    assert 10**14 <= int(made["phone_number_id"]) < 2**53


def test_a_taken_number_is_refused_with_its_code(terminal: Terminal) -> None:
    with pytest.raises(ClarineError) as caught:
        terminal.json("business", "create", "--name", "M", "--phone", "+15550783881")
    assert caught.value.code == "phone_taken"


def test_a_person_gets_a_session_and_may_be_made_twice(terminal: Terminal) -> None:
    made = terminal.json("person", "create", "--phone", "+16505551234", "--name", "Zoë")
    again = terminal.json("person", "create", "--phone", "+1 (650) 555-1234", "--name", "Zoë")
    assert made["wa_id"] == again["wa_id"] == "16505551234"
    assert made["new"] is True
    assert again["new"] is False
    assert made["session_token"] != again["session_token"]
    assert made["user_id"].startswith("US.")


def test_the_templates_of_a_business_are_listed_with_their_ids(terminal: Terminal) -> None:
    business = terminal.json("person", "create", "--phone", "+16505551234", "--name", "Zoë")["user_id_for"]
    listed = terminal.json("template", "list", "--business", business)["templates"]
    assert [each["name"] for each in listed] == ["hello_world"]


def test_consent_money_and_books_are_in_reach(terminal: Terminal) -> None:
    business = terminal.json("business", "create", "--name", "Shop", "--phone", "+15550783882")
    terminal.json("person", "create", "--phone", "+919876543210", "--name", "Ann")
    business_id = business["business"]
    added = terminal.json(
        "consent", "add", "--business", business_id, "--phone", "+919876543210", "--wording", "Yes, write to me"
    )  # fmt: skip
    assert added["records"] == 1
    wallet = terminal.json("wallet", "top-up", "--business", business_id, "--amount", "12.345678")
    assert wallet["available_micros"] == 12_345_678
    books = terminal.json("audit")
    assert books["clean"] is True
    assert books["businesses"] >= 1
    assert terminal.json("migrate")["migrations"] == [name for name, _ in migrations()]


def test_an_amount_finer_than_a_micro_is_refused(terminal: Terminal) -> None:
    with pytest.raises(Invalid, match="whole micros"):
        terminal.json("wallet", "top-up", "--business", "1", "--amount", "0.0000001")


def test_a_mistake_is_a_sentence_for_people_and_an_object_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    for as_json in (True, False):
        with pytest.raises(SystemExit) as left:
            fail(Invalid("This is wrong", field="phone"), as_json=as_json)
        assert left.value.code == 1
    told = capsys.readouterr()
    assert json.loads(told.out) == {"error": {"code": "invalid", "message": "This is wrong", "field": "phone"}}
    assert "Not done: This is wrong" in told.err
