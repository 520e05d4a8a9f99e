"""How the farm wants to be told: quiet hours, the day's budget, how strict the rules are, and who hears in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from itertools import groupby

from starlette.responses import Response

from clarine_herd.kinds import Rule
from clarine_herd.page.ask import Ask, go
from clarine_herd.settings import digits_of
from clarine_herd.store.people import Contact, Wishes
from clarine_herd.tuning import REMEMBERED, Strictness, strictness_now
from clarine_herd.words import LANGUAGE_NAMES, LANGUAGES, SPECIES

STRICTNESS = (-1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
CONTACTS_MAX = 20


async def shown(ask: Ask) -> Response:
    """All settings, and what the rules have learned."""
    return await _page(ask)


async def saved(ask: Ask) -> Response:
    """Keep the farm's wishes; what cannot be is said and nothing is kept."""
    wishes = _wishes(await ask.form())
    if wishes is None:
        return await _page(ask, problem=ask.says.settings.not_a_wish, status=422)
    await ask.store.save_wishes(wishes)
    ask.changed()
    return go("settings", saved="1")


async def people(ask: Ask) -> Response:
    """Keep who hears what, in which language and order; ``move`` says whom to move up, ``out`` whom to take out."""
    form = await ask.form()
    chosen = [_chosen(contact, form) for contact in await ask.store.contacts()]
    places = {str(contact.number): place for place, contact in enumerate(chosen)}
    if (place := places.get(form.get("move", ""), 0)) > 0:
        chosen[place - 1 : place + 1] = reversed(chosen[place - 1 : place + 1])
    kept = [contact for contact in chosen if str(contact.number) != form.get("out")]
    if not await ask.store.save_contacts(kept):
        return await _page(ask, problem=ask.says.settings.nobody_left, status=422)
    ask.changed()
    return go("settings", saved="1")


async def added(ask: Ask) -> Response:
    """One more person hears from the farm."""
    form = await ask.form()
    contact = Contact(digits_of(form.get("phone", "")), form.get("language", ""), form.get("hears", ""))
    fits = 7 <= len(contact.phone) <= 15 and contact.language in LANGUAGES and contact.hears in ("all", "critical")
    if not fits:
        return await _page(ask, problem=ask.says.settings.not_a_phone, status=422)
    if len(await ask.store.contacts()) >= CONTACTS_MAX:
        limit = ask.words.number(CONTACTS_MAX)
        return await _page(ask, problem=ask.says.settings.too_many.format(count=limit), status=422)
    await ask.store.add_contact(contact)
    ask.changed()
    return go("settings", saved="1")


async def _page(ask: Ask, *, problem: str = "", status: int = 200) -> Response:
    return ask.page(
        "settings.html",
        status=status,
        place="settings",
        title=ask.says.nav["settings"],
        wishes=await ask.store.wishes(),
        people=await ask.store.contacts(),
        learned=await _learned(ask),
        languages=LANGUAGE_NAMES,
        species=SPECIES,
        levels=STRICTNESS,
        saved=bool(ask.query("saved")),
        problem=problem,
    )


async def _learned(ask: Ask) -> list[tuple[Rule, Strictness]]:
    """What the farm's verdicts have taught each rule."""
    verdicts = await ask.store.verdicts(ask.now - REMEMBERED)
    rules = [rule for rule, _ in groupby(sorted(verdict.rule for verdict in verdicts))]
    return [(rule, strictness_now(verdicts, rule, "", now=ask.now)) for rule in rules]


def _chosen(contact: Contact, form: dict[str, str]) -> Contact:
    language = form.get(f"language_{contact.number}", "")
    hears = form.get(f"hears_{contact.number}", "")
    return replace(
        contact,
        language=language if language in LANGUAGES else contact.language,
        hears=hears if hears in ("all", "critical") else contact.hears,
    )


def _wishes(form: dict[str, str]) -> Wishes | None:
    try:
        wishes = Wishes(
            form.get("species", ""),
            time.fromisoformat(form.get("quiet_from", "")),
            time.fromisoformat(form.get("quiet_to", "")),
            int(form.get("cows_per_message", "")),
            int(form.get("messages_min", "")),
            float(form.get("strictness", "")),
        )
    except ValueError:
        return None
    fits = (
        wishes.species in SPECIES
        and wishes.quiet_from.tzinfo is wishes.quiet_to.tzinfo is None
        and 1 <= wishes.cows_per_message <= 1000
        and 0 <= wishes.messages_min <= 100
        and wishes.strictness in STRICTNESS
    )
    return wishes if fits else None
