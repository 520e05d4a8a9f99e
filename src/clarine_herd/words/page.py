"""What stands on the farm's pages, as one frozen record per language; what is missing does not type-check.

Gaps in braces are filled by ``clarine_herd.words``; ``{Cow}`` and ``{cow}`` are the farm's own animal, cow or buffalo.
"""

from __future__ import annotations

from dataclasses import dataclass

from clarine_herd.life import EventKind
from clarine_herd.registry import Silence


@dataclass(frozen=True, slots=True)
class Door:
    """The way in. ``wait`` stands where the link was used or is over."""

    title: str
    once: str
    enter: str
    closed: str
    ask: str
    over: str
    leave: str


@dataclass(frozen=True, slots=True)
class Glance:
    """The herd at a glance."""

    find: str
    go: str
    heard: str
    open: str
    right: str
    judged: str
    not_judged: str
    due: str
    no_due: str
    all: str
    rest: str
    activity: str
    nothing_yet: str


@dataclass(frozen=True, slots=True)
class Animal:
    """One animal; ``curves`` and ``units`` by what a collar measures."""

    unknown: str
    open: str
    calm: str
    curves: dict[str, str]
    units: dict[str, str]
    keys: str
    closer: str
    farther: str
    earlier: str
    later: str
    week: str
    all: str
    no_curve: str
    days: str
    day: str
    heard: str
    events: str
    no_events: str
    kinds: dict[EventKind, str]
    enter: str
    what: str
    when: str
    note: str
    save: str
    saved: str
    not_a_time: str
    past: str
    no_past: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The alerts of some time, and what became of each. ``outcome`` by verdict, or open, seen, over."""

    title: str
    days: str
    every_kind: str
    show: str
    alert: str
    since: str
    outcome: dict[str, str]
    became: str
    none: str
    more: str


@dataclass(frozen=True, slots=True)
class Devices:
    """The farm's collars."""

    collar: str
    battery: str
    signal: str
    heard: str
    never: str
    state: str
    states: dict[Silence, str]
    loose: str
    weak: str
    none: str
    refused: str
    wear: str
    wear_on: str
    wear_help: str
    put_on: str
    too_long: str


@dataclass(frozen=True, slots=True)
class Wishing:
    """The farm's settings. ``levels`` by strictness, from hearing most to hearing least; ``hears`` as in the store."""

    told: str
    quiet_from: str
    quiet_to: str
    quiet_help: str
    cows: str
    least: str
    budget_help: str
    level: str
    levels: dict[str, str]
    species: str
    kinds: dict[str, str]
    save: str
    saved: str
    not_a_wish: str
    people: str
    people_help: str
    phone: str
    language: str
    hears: str
    hearing: dict[str, str]
    up: str
    out: str
    add: str
    not_a_phone: str
    too_many: str
    nobody_left: str
    learned: str
    learned_help: str
    learned_true: str
    learned_false: str
    learned_more: str
    nothing_learned: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """Files out and in. ``files`` by name: what is in it; ``refused`` by why a file was not taken."""

    out: str
    files: dict[str, str]
    bring: str
    bring_help: str
    file: str
    take: str
    taken: str
    passed: str
    again: str
    refused: dict[str, str]
    line: str
    missing: str


@dataclass(frozen=True, slots=True)
class Page:
    """All pages. ``nav`` by the page's path."""

    nav: dict[str, str]
    skip: str
    as_of: str
    percent: str
    back: str
    not_found: str
    not_allowed: str
    elsewhere: str
    too_large: str
    door: Door
    glance: Glance
    animal: Animal
    alerts: Outcomes
    devices: Devices
    settings: Wishing
    data: Exchange
