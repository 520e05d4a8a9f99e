"""What Citus would have to do for a query: which keys it names, which tables it joins across them, what it locks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import sqlglot
from sqlglot import exp

from clarine.adapters.postgres.citus import GROUPS

KEY_OF = {table: group.key for group in GROUPS for table in group.tables}
TABLE = re.compile(r"^CREATE TABLE (\w+) \((.*?)^\)", re.MULTILINE | re.DOTALL)
COLUMN = re.compile(r"^    ([a-z_0-9]+) +[a-z]", re.MULTILINE)


@cache
def columns_of(schema: str) -> dict[str, frozenset[str]]:
    """From table to its columns."""
    return {name: frozenset(COLUMN.findall(body)) for name, body in TABLE.findall(schema)}


@dataclass
class Classes:
    """Which columns are equal to which, as the query says."""

    parent: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> str:
        while (above := self.parent.setdefault(name, name)) != name:
            name = above
        return name

    def join(self, one: str, other: str) -> None:
        self.parent[self.find(one)] = self.find(other)


#: Whatever is given from outside: a parameter, an array of them, a literal.
GIVEN = "given"


def complaints(name: str, statement: str, schema: str) -> list[str]:
    """One sentence for each thing in the query *name* that would not stay on the machine of its key."""
    tree = sqlglot.parse_one(statement, dialect="postgres")
    query = _Query(tree, columns_of(schema))
    found = []
    for alias, table in query.tables.items():
        if not query.is_given(alias):
            found.append(f"{name}: {table} is not asked for by its {KEY_OF[table]}")
    touched = {*query.tables.values(), *query.targets}
    keys = {KEY_OF[table] for table in touched}
    if len(keys) > 1:
        found.append(f"{name}: joins across {', '.join(sorted(keys))} ({', '.join(sorted(touched))})")
    if tree.find(exp.Lock) and query.tables and query.of_many_keys():
        found.append(f"{name}: locks rows of several keys in one statement")
    return found


class _Query:
    """The distributed tables of one statement by alias, and what it says about their keys."""

    def __init__(self, tree: exp.Expr, columns: dict[str, frozenset[str]]) -> None:
        self.tree = tree
        self.columns = columns
        self.classes = Classes()
        self.targets = {
            found.name
            for insert in tree.find_all(exp.Insert)
            if (found := insert.find(exp.Table)) is not None and found.name in KEY_OF
        }
        self.names = {id(table): table.alias_or_name for table in tree.find_all(exp.Table)}
        written = {cte.alias for cte in tree.find_all(exp.CTE)}
        inserted = {id(insert.find(exp.Table)) for insert in tree.find_all(exp.Insert)}
        self.tables = {
            table.alias_or_name: table.name
            for table in tree.find_all(exp.Table)
            if table.name in KEY_OF and table.name not in written and id(table) not in inserted
        }
        for equal in tree.find_all(exp.EQ):
            self._equal(equal.this, equal.expression)
        for among in tree.find_all(exp.In):
            for each in among.expressions:
                self._equal(among.this, each)

    def is_given(self, alias: str) -> bool:
        return self._class(alias) in self._given_classes()

    def of_many_keys(self) -> bool:
        """Whether its keys come as an array."""
        return self.tree.find(exp.Any) is not None or self.tree.find(exp.Unnest) is not None

    def _class(self, alias: str) -> str:
        return self.classes.find(f"{alias}.{KEY_OF[self.tables[alias]]}")

    def _given_classes(self) -> set[str]:
        return {self.classes.find(name) for name in list(self.classes.parent) if self._comes_from_outside(name)}

    def _comes_from_outside(self, name: str) -> bool:
        alias = name.partition(".")[0]
        return name == GIVEN or (alias not in self.tables and alias in self._arrays())

    def _arrays(self) -> set[str]:
        """Aliases of what is unnested or listed."""
        kinds = (exp.Unnest, exp.Values, exp.TableFromRows)
        found = {each.alias for kind in kinds for each in self.tree.find_all(kind) if each.alias}
        return found | {each.alias for each in self.tree.find_all(exp.Table) if isinstance(each.this, exp.Func)}

    def _equal(self, one: exp.Expr, other: exp.Expr) -> None:
        for left, right in ((one, other), (other, one)):
            if not isinstance(left, exp.Column):
                continue
            name = self._name(left)
            if isinstance(right, exp.Column):
                self.classes.join(name, self._name(right))
            elif right.find(exp.Parameter, exp.Literal, exp.Placeholder) and not right.find(exp.Select):
                self.classes.join(name, GIVEN)

    def _name(self, column: exp.Column) -> str:
        """``alias.column``; one without an alias belongs to the only table near it that has such a column."""
        if column.table:
            return f"{column.table}.{column.name}"
        scope = _around(column)
        while scope is not None:
            near = [alias for alias in _aliases(scope) if column.name in self._columns(alias)]
            if near:
                return f"{near[0]}.{column.name}"
            scope = _around(scope)
        return f"?.{column.name}"

    def _columns(self, alias: str) -> frozenset[str]:
        return self.columns.get(self.tables.get(alias, alias), frozenset())


def _around(inside: exp.Expr) -> exp.Expr | None:
    """The statement that *inside* stands in."""
    return inside.find_ancestor(exp.Select, exp.Update, exp.Delete, exp.Insert)


def _aliases(scope: exp.Expr) -> Iterator[str]:
    for table in scope.find_all(exp.Table):
        yield table.alias_or_name
