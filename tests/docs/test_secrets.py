"""Every secret among the settings may stand in a file, and none is shown."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from clarine.config import Settings
from clarine.domain.errors import Invalid

SECRETS = [item for item in fields(Settings) if item.metadata["secret"]]
VARIABLES = [item.metadata["env"] or f"CLARINE_{item.name.upper()}" for item in SECRETS]
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_whatever_is_a_url_with_a_password_is_a_secret() -> None:
    assert {
        item.name for item in fields(Settings) if item.name.endswith(("database_url", "replica_url", "nats_url"))
    } == {item.name for item in SECRETS}


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_secret_is_read_from_the_file_that_its_variable_names(variable: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("scheme://user:hush@host/name\n")
    settings = Settings.from_environment({f"{variable}_FILE": str(tmp_path / "secret")})
    assert settings.environment()[variable] == "scheme://user:hush@host/name"
    assert "hush" not in repr(settings)
    assert f"`{variable}_FILE`" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_secret_in_two_places_or_in_none_is_refused_and_not_shown(variable: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush")
    for environment in (
        {variable: "hush", f"{variable}_FILE": str(tmp_path / "secret")},
        {f"{variable}_FILE": str(tmp_path / "nothing")},
    ):
        with pytest.raises(Invalid, match=variable) as raised:
            Settings.from_environment(environment)
        assert "hush" not in str(raised.value)


def test_what_is_no_secret_is_not_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("1")
    assert Settings.from_environment({"CLARINE_PORT_FILE": str(tmp_path / "port")}) == Settings()
