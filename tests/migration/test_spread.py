"""The schema can be spread by Citus: what is declared is what stands in it, and each hot query stays with its key."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from clarine.adapters.postgres.citus import GROUPS, REFERENCE, spread, statements
from clarine.adapters.postgres.sql import queries
from clarine.domain.errors import Conflict
from tests.migration.spread import complaints
from tests.migration.test_schema import schema_sql

SCHEMA = schema_sql()
TABLES = re.findall(r"^CREATE TABLE (\w+) \(", SCHEMA, re.MULTILINE)
PRIMARY = """
SELECT c.relname, array_agg(a.attname::text ORDER BY k.place) FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
WHERE i.indisunique GROUP BY i.indexrelid, c.relname
"""

#: Queries that are not on a message's way and ask whole tables, or tables of both kinds: on Citus they are asked of every
#: machine, or of a replica of each. A prefix ends with an asterisk.
COLD = {
    "audit_*": "the audit reads everything by design, from replicas",
    "*figures": "figures of a business over months, read a few times a day",
    "listed_*": "lists of the console",
    "notices_of": "one message's page in the console",
    "entries": "a page of the statement; the phone number beside a line is of the person's tables",
    "shut_out_by": "a page of a block list",
    "business_counts": "the operator's list",
    "reports": "the operator's list",
    "templates_in": "the operator's list",
    "health": "the operator's first page",
    "find_businesses": "a search over all names",
    "phones_taken": "asked once when a number is added",
    "expired": "a sweep, from an index over time",
    "count_heard": "a sweep, from an index over time",
    "due_reviews": "a sweep, from an index over time",
    "claim_outboxes": "the workers' look for work, from a narrow table",
    "claim_lane": "a campaign worker's look for work, from a narrow table",
    "gates_waiting": "the pacing worker's look for work, from two narrow indexes",
    "finish_campaigns": "a sweep over the campaigns that run",
    "messages_seen": "the sandbox, which is never spread",
    "next_due": "the sandbox",
    "business_ids": "the sandbox",
    "person_ids": "the sandbox",
    "signed_in": "the sandbox",
}
#: Hot queries that Citus would not run as they stand, or not on one machine, and what has to happen before it may.
#: docs/guides/many-machines.md names each.
NOT_YET = {
    "lock_streams": "locks many people at once, which Citus does for one shard only: a batch per shard",
    "lock_people": "the same, found by phone: the numbers' directory is a look-up on another machine",
    "lock_recipients": "the same, for a campaign's next people",
    "lock_accounts": "locks many businesses at once: a batch per shard",
    "templates_by_id": "locks templates of many businesses at once: one business a statement",
    "lock_flows": "locks flows of many businesses at once: one business a statement",
}


def named(name: str, listed: dict[str, str]) -> str | None:
    """The entry of *listed* that stands for the query *name*."""
    return next((entry for entry in listed if re.fullmatch(entry.replace("*", ".*"), name)), None)


@pytest.mark.parametrize("name", [name for name in queries() if named(name, COLD) is None])
def test_a_hot_query_names_its_key_and_stays_on_its_machine(name: str) -> None:
    found = complaints(name, queries()[name], SCHEMA)
    if name in NOT_YET:
        assert found, f"{name} may leave NOT_YET: Citus would run it on the machine of its key"
    else:
        assert found == [], (
            "\n".join(found)
            + "\nJoin it by the key, or split it and carry the rest by an outbox row; only when it is no hot "
            "query name it in COLD, and when it cannot be helped now in NOT_YET and in docs/guides/many-machines.md."
        )


def test_every_exception_is_a_query_that_is_there_and_is_told_in_the_guide() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "many-machines.md").read_text(encoding="utf-8")
    assert {entry for entry in COLD if not any(named(name, {entry: ""}) for name in queries())} == set()
    assert {name for name in NOT_YET if name not in queries() or f"`{name}`" not in guide} == set()


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("SELECT * FROM message WHERE seq = $1", "message is not asked for by its person_id"),
        ("SELECT * FROM message m JOIN receipt r ON r.seq = m.seq WHERE m.person_id = $1", "receipt is not asked for"),
        (
            "SELECT * FROM message m JOIN wallet w ON w.business_id = m.business_id WHERE m.person_id = $1 AND w.business_id = $2",
            "joins across business_id, person_id (message, wallet)",
        ),
        ("UPDATE inbox SET last_seq = 0", "inbox is not asked for by its person_id"),
        ("DELETE FROM notice USING outbox o WHERE o.business_id = $1", "notice is not asked for"),
        ("SELECT FROM inbox WHERE person_id = ANY($1::bigint[]) FOR UPDATE", "locks rows of several keys"),
        ("INSERT INTO heard SELECT * FROM message m WHERE m.person_id = $1", "joins across"),
    ],
)
def test_a_query_that_leaves_its_machine_is_seen(statement: str, complaint: str) -> None:
    assert complaint in "\n".join(complaints("planted", statement, SCHEMA))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM message WHERE person_id = $1",
        "SELECT * FROM message WHERE person_id = ANY($1::bigint[])",
        "SELECT * FROM unnest($1::bigint[]) AS k(person_id) JOIN message m ON m.person_id = k.person_id",
        "SELECT * FROM business b WHERE b.business_id = $1 AND EXISTS (SELECT FROM wallet w WHERE w.business_id = b.business_id)",
        "SELECT FROM inbox WHERE person_id = $1 FOR UPDATE",
        "SELECT * FROM notice WHERE business_id = $1 AND number IN (SELECT number FROM notice_waiting WHERE business_id = $1)",
    ],
)
def test_a_query_that_stays_is_left_alone(statement: str) -> None:
    assert complaints("fine", statement, SCHEMA) == []


def test_every_table_is_declared_once() -> None:
    declared = [*REFERENCE, *(table for group in GROUPS for table in group.tables)]
    assert len(set(declared)) == len(declared)
    missing = {*TABLES, "schema_migration"} - set(declared)
    assert not missing, (
        f"{missing}: say in adapters/postgres/citus.py which group each belongs to, or that it is a reference table"
    )
    assert set(declared) <= {*TABLES, "schema_migration"}


async def test_every_unique_key_begins_with_what_the_table_is_spread_by(migrated_url: str) -> None:
    connection = await asyncpg.connect(migrated_url)
    keys = [(row[0], row[1]) for row in await connection.fetch(PRIMARY)]
    await connection.close()
    key_of = {table: group.key for group in GROUPS for table in group.tables}
    assert [(table, key) for table, key in keys if table in key_of and key[0] != key_of[table]] == []
    assert {table for table, _ in keys} >= set(key_of)


def test_the_schema_says_in_words_which_tables_are_reference_tables() -> None:
    said = set(re.findall(r"CREATE TABLE (\w+) \(\s*-- reference", SCHEMA))
    assert said == set(REFERENCE) - {"schema_migration"}


#: Functions of Citus's names that write down how they are called: Citus is in no Debian archive, so the calls are tested,
#: not what it makes of them.
STUB = """
CREATE TABLE pg_dist_partition (logicalrel regclass, called text);
CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE sql AS
    $$ INSERT INTO pg_dist_partition VALUES (t, 'reference') $$;
CREATE FUNCTION create_distributed_table(t regclass, k text, colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL)
    RETURNS void LANGUAGE sql AS
    $$ INSERT INTO pg_dist_partition VALUES (t, concat_ws(' ', k, colocate_with, shard_count)) $$;
"""


@pytest_asyncio.fixture
async def stubbed(migrated_url: str) -> AsyncIterator[str]:
    """The database with something that answers to Citus's names."""
    connection = await asyncpg.connect(migrated_url)
    await connection.execute(STUB)
    yield migrated_url
    await connection.execute(
        "DROP TABLE pg_dist_partition; DROP FUNCTION create_reference_table; DROP FUNCTION create_distributed_table"
    )
    await connection.close()


async def test_each_table_is_declared_to_citus_once_and_with_its_neighbours(stubbed: str) -> None:
    assert set(await spread(stubbed, shards=64)) == {*TABLES, "schema_migration"}
    connection = await asyncpg.connect(stubbed)
    called = {
        row[0]: row[1] for row in await connection.fetch("SELECT logicalrel::text, called FROM pg_dist_partition")
    }
    await connection.close()
    assert called["person"] == "person_id none 64"
    assert called["receipt"] == called["inbox"] == "person_id person"
    assert called["outbox"] == "business_id business"
    assert called["house"] == "reference"
    assert await spread(stubbed) == []


async def test_a_database_without_citus_is_told_so(migrated_url: str) -> None:
    with pytest.raises(Conflict) as raised:
        await spread(migrated_url)
    assert raised.value.code == "no_citus"


def test_the_first_table_of_a_group_is_declared_before_those_that_lie_beside_it() -> None:
    order = [table for table, _ in statements()]
    assert all(order.index(group.tables[0]) < order.index(table) for group in GROUPS for table in group.tables[1:])
