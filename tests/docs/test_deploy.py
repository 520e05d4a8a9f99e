"""The files of deploy/ keep their promises as far as a machine without a container engine can tell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from clarine.config import Settings
from tests.failover.cluster import LOOP_S, RETRY_S, TTL_S

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PINNED = re.compile(r"^[a-z0-9./-]+:v?\d+(\.\d+)*[a-z0-9.-]*$")
OWN = re.compile(r"^clarine(-database)?:")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_is_not_root_restarts_and_says_how_it_is(name: str) -> None:
    service = SERVICES[name]
    assert PINNED.match(service["image"])
    assert OWN.match(service["image"]) or service["image"].count(".") >= 2, (
        "a whole version, not the newest of a series"
    )
    assert service["user"] not in ("root", "0", "0:0")
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_names_is_declared(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("depends_on", ())) <= set(SERVICES)
    assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
    assert {volume.partition(":")[0] for volume in service.get("volumes", ())} <= set(COMPOSE["volumes"])
    for config in service.get("configs", ()):
        assert (DEPLOY / COMPOSE["configs"][config["source"]]["file"]).is_file()


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_a_variable_and_each_that_names_a_file_has_it(name: str) -> None:
    service = SERVICES[name]
    for variable, value in service.get("environment", {}).items():
        if re.search(r"PASSWORD|DATABASE_URL|NATS_URL|REPLICA_URL", variable):
            assert variable.endswith("_FILE")
            assert value.removeprefix("/run/secrets/") in service["secrets"]


@pytest.mark.parametrize("name", [name for name, each in SERVICES.items() if each["image"].startswith("clarine:")])
def test_the_house_understands_what_the_file_sets(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x://y")
    environment = {
        variable: str(tmp_path / "secret") if variable.endswith("_FILE") else value
        for variable, value in SERVICES[name]["environment"].items()
    }
    settings = Settings.from_environment(environment)
    assert settings.database_url == settings.database_replica_url == settings.nats_url == "x://y"
    assert settings.log_format == "json"


def test_three_of_each_that_may_die() -> None:
    assert {name[:-1] for name in SERVICES if name.endswith("3")} == {"db", "etcd", "nats"}


@pytest.mark.parametrize("path", [*DEPLOY.glob("Dockerfile*")], ids=lambda path: path.name)
def test_an_image_begins_with_a_whole_version_ends_as_nobody_and_says_how_it_is(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"FROM [a-z]+:\d+\.\d+\S*", next(line for line in lines if line.startswith("FROM")))
    assert [line for line in lines if line.startswith("USER")][-1] in ("USER 10001:10001", "USER postgres")
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    for copied in (line.split()[1] for line in lines if line.startswith("COPY patroni")):
        assert (DEPLOY / copied).is_file()
    assert "no container engine" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_of_the_house_is_not_root_and_reads_its_secrets_from_credentials(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if "/bin/clarine" not in text:
        return
    assert "\nUser=clarine\n" in text
    assert "\nNoNewPrivileges=yes\n" in text
    credentials = re.findall(r"^LoadCredential=(\w+):/", text, re.MULTILINE)
    assert set(re.findall(r"%d/(\w+)", text)) == set(credentials) == {"database_url", "replica_url", "nats_url"}


def test_the_databases_are_set_as_they_were_when_their_leader_was_killed() -> None:
    shown = yaml.safe_load((DEPLOY / "patroni.yml").read_text(encoding="utf-8"))["bootstrap"]["dcs"]
    assert (shown["ttl"], shown["loop_wait"], shown["retry_timeout"]) == (TTL_S, LOOP_S, RETRY_S)
    assert shown["synchronous_mode"] is shown["synchronous_mode_strict"] is True
    assert shown["ttl"] >= shown["loop_wait"] + 2 * shown["retry_timeout"], "else Patroni gives its key away by itself"
