"""A business prepares a campaign, adds recipients, starts, pauses, resumes or cancels it; flow.campaign_send does the rest."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import msgspec

from clarine.domain import campaign
from clarine.domain.campaign import Act, Letter, State, letter_of, marked, personal
from clarine.domain.errors import ClarineError, Conflict, Invalid, NotFound
from clarine.domain.ids import Kind, object_id
from clarine.domain.message import Category, Content
from clarine.domain.phone import PhoneNumber, parse_phone
from clarine.domain.pricing import PriceFacts, price
from clarine.flow.drafts import Stock, TemplateDraft, media_ids
from clarine.flow.house import House
from clarine.flow.template_flows import with_flow_states
from clarine.ports.campaign_rows import CampaignRow, RecipientRow
from clarine.ports.records import Person
from clarine.ports.store import Transaction

ROWS_MAX: Final = 2_000
OPEN_MAX: Final = 50
PAGE_MAX: Final = 100
PREVIEW_MAX: Final = 5
KEY_CHARACTERS_MAX: Final = 100
#: Between the values of one recipient, which as escaped JSON never hold it.
SEPARATOR: Final = "\x1f"
#: Lanes that are worked off beside each other, by processes beside each other.
LANES: Final = 4
_PEOPLE_FROM, _PEOPLE_UNTIL = object_id(Kind.PERSON, 0), object_id(Kind.PERSON, 10**13 - 1)
_LEAST: Final = -(1 << 62)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: a phone number in any spelling, and a value for each column."""

    phone: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a slice of rows; *wrong* has the place of each row that was not taken, and why.

    Whether somebody has a number is not said: a person who blocked the business must look like one that nobody has.
    """

    added: int
    repeated: int
    recipients: int  # on the whole list now
    wrong: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a campaign costs at most: at today's prices, with nobody's window open, and if everybody may be written to."""

    micros: int
    currency: str
    by_country: Mapping[str, tuple[int, int]]  # recipients, micros


@dataclass(frozen=True, slots=True)
class Setting:
    """A campaign's template with its gaps, ready to be filled in; the parts that nobody's words change are done."""

    letter: Letter
    template: tuple[int, int]  # (business, template id)
    category: Category
    ttl_s: int


async def create(
    house: House,
    business_id: int,
    *,
    name: str,
    phone_number_id: int,
    template: str,
    language: str,
    components: list[dict[str, Any]],
    columns: Sequence[str],
    key: str,
) -> CampaignRow:
    """A draft. The same *key* again is the same campaign. *components* are the send's (Cloud API: messages, template), in
    whose texts ``{{column}}`` stands for a person's own value.

    Raises Invalid, NotFound or Conflict: for the template and its parameters as a send would, ``campaign_column``,
    ``campaign_authentication``, ``campaign_open`` when OPEN_MAX are open already.
    """
    row = CampaignRow(
        business_id=business_id,
        campaign_id=object_id(Kind.CAMPAIGN, house.entropy(64)),
        name=campaign.checked_name(name),
        key=_checked_key(key),
        phone_number_id=phone_number_id,
        template_name=template,
        template_language=language,
        components=_checked_components(components),
        columns=campaign.checked_columns(columns),
        state=State.DRAFT,
        reason=None,
        recipients=0,
        countries={},
        created_at=house.clock.now(),
        started_at=None,
        ended_at=None,
        counts={},
    )
    async with house.store.transaction() as tx:
        await tx.lock_accounts([business_id])
        known = await tx.campaign(business_id, 0, key=row.key)
        if known is not None:
            return known
        numbers = (await tx.phone_numbers([business_id])).get(business_id, [])
        if not any(each.phone_number_id == phone_number_id and each.registered for each in numbers):
            raise NotFound("there is no such number, or it is not registered", field="phone_number_id")
        if any(each.phone_number_id == phone_number_id and each.allowed_to is not None for each in numbers):
            raise Conflict("a test number sends no campaigns", code="test_number", field="phone_number_id")
        if await tx.open_campaigns(business_id) >= OPEN_MAX:
            raise Conflict(f"{OPEN_MAX} campaigns are open already; finish or cancel one", code="campaign_open")
        await setting_of(house, tx, row)
        await tx.add_campaign(row)
    return row


async def setting_of(house: House, tx: Transaction, row: CampaignRow, *, sent: int = 0) -> Setting:
    """The template as it stands now, for *sent* messages. Raises what a send of it would raise, and Invalid
    (``campaign_authentication``)."""
    draft = TemplateDraft(row.template_name, row.template_language, marked(json.loads(row.components), row.columns))
    stock = await _stock(house, tx, row, draft, sent=sent)
    content, category = stock.fill(draft, business_id=row.business_id)
    if category is Category.AUTHENTICATION:
        # A code is sent to one person who asked for it a moment ago; that is why it needs no consent.
        raise Invalid("authentication templates are not for campaigns", code="campaign_authentication")
    ttl_s = stock.ttl_s(draft, business_id=row.business_id, longest_s=house.settings.message_ttl_s)
    template = stock.template_of(draft, business_id=row.business_id)
    assert template is not None, "a campaign sends a template"
    return Setting(letter_of(msgspec.json.encode(content).decode()), template, category, ttl_s)


async def _stock(house: House, tx: Transaction, row: CampaignRow, draft: TemplateDraft, *, sent: int = 0) -> Stock:
    key, now = (row.business_id, draft.name, draft.language), house.clock.now()
    templates = await with_flow_states(tx, await tx.templates([key]), Counter({key: sent}), now)
    wanted = {(row.business_id, media_id) for media_id in media_ids(draft)}
    return Stock(templates, await tx.media(wanted, now) if wanted else {})


async def add_recipients(house: House, business_id: int, campaign_id: int, rows: Sequence[Row]) -> Added:
    """Put at most ROWS_MAX rows on the list. A person stands on it once, with the words that came first.

    Who has a number is looked up here; a number that nobody has then is refused when its turn comes, and so shows in
    the results. A row whose values do not fit the template is not taken. Raises NotFound, Conflict (``campaign_state``
    after the start, ``campaign_full``), Invalid.
    """
    if len(rows) > ROWS_MAX:
        raise Invalid(f"at most {ROWS_MAX} rows at once", code="too_large", field="rows")
    async with house.store.transaction() as tx:
        people = await _people(tx, rows)
        await tx.lock_campaign(business_id, campaign_id)
        row = await _campaign(tx, business_id, campaign_id)
        if row.state is not State.DRAFT:
            raise Conflict("recipients are added before the start", code="campaign_state")
        checker = _Checker(row, await _stock(house, tx, row, _unmarked(row)))
        wrong: list[tuple[int, str]] = []
        found: dict[int, RecipientRow] = {}
        for place, (each, known) in enumerate(zip(rows, people, strict=True)):
            if place % 50 == 49:
                await asyncio.sleep(0)  # filling in a letter takes its time, and single sends wait meanwhile
            if isinstance(known, ClarineError):
                wrong.append((place, known.details))
            elif (problem := checker.problem(each.values)) is not None:
                wrong.append((place, problem))
            else:
                listed = _listed(known, each)
                found.setdefault(listed.recipient, listed)
        new = await tx.add_recipients(business_id, campaign_id, list(found.values()))
        countries = Counter(row.countries)
        countries.update(found[recipient].country for recipient in new)
        if countries.total() > campaign.RECIPIENTS_MAX:
            raise Conflict(f"a campaign has at most {campaign.RECIPIENTS_MAX} recipients", code="campaign_full")
        await tx.count_recipients(business_id, campaign_id, recipients=countries.total(), countries=countries)
    repeated = len(rows) - len(wrong) - len(new)
    return Added(len(new), repeated, countries.total(), tuple(wrong))


def _unmarked(row: CampaignRow) -> TemplateDraft:
    return TemplateDraft(row.template_name, row.template_language, json.loads(row.components))


def _listed(known: Person | PhoneNumber, row: Row) -> RecipientRow:
    words = SEPARATOR.join(msgspec.json.encode(value)[1:-1].decode() for value in row.values)
    if isinstance(known, Person):
        return RecipientRow(known.person_id, known.country, words)
    return RecipientRow(-known.digits, known.country, words)


class _Checker:
    """Says what is wrong with one row's values, by filling in the template as a send would."""

    def __init__(self, row: CampaignRow, stock: Stock) -> None:
        self._row = row
        self._stock = stock
        self._components = json.loads(row.components)
        self._last: tuple[tuple[str, ...], str | None] | None = None

    def problem(self, values: tuple[str, ...]) -> str | None:
        if self._last is not None and self._last[0] == values:
            return self._last[1]  # a list without columns fills in the same letter each time
        found = self._found(values)
        self._last = values, found
        return found

    def _found(self, values: tuple[str, ...]) -> str | None:
        if len(values) != len(self._row.columns):
            return f"{len(values)} values for {len(self._row.columns)} columns"
        if any(len(value) > campaign.VALUE_CHARACTERS_MAX for value in values):
            return f"a value has at most {campaign.VALUE_CHARACTERS_MAX} characters"
        try:
            self.filled(values)
        except ClarineError as error:
            return error.details
        return None

    def filled(self, values: Sequence[str]) -> Content:
        row = self._row
        draft = TemplateDraft(row.template_name, row.template_language, personal(self._components, row.columns, values))
        return self._stock.fill(draft, business_id=row.business_id)[0]


async def _people(tx: Transaction, rows: Sequence[Row]) -> list[Person | PhoneNumber | ClarineError]:
    """For each row the person who has its number, its number, or what is wrong with it.

    Most lists spell numbers in full; only the others are parsed, which costs a hundred times as much.
    """
    plain = {row.phone: int(digits) for row in rows if (digits := _digits(row.phone))}
    known = await tx.people_by_phone(set(plain.values()))
    parsed: dict[str, PhoneNumber | ClarineError] = {}
    for row in rows:
        if plain.get(row.phone) not in known and row.phone not in parsed:
            try:
                parsed[row.phone] = parse_phone(row.phone)
            except ClarineError as error:
                parsed[row.phone] = error
    known |= await tx.people_by_phone({number.digits for number in parsed.values() if isinstance(number, PhoneNumber)})
    return [_who(row, parsed.get(row.phone), known, plain) for row in rows]


def _who(
    row: Row, parsed: PhoneNumber | ClarineError | None, known: Mapping[int, Person], plain: Mapping[str, int]
) -> Person | PhoneNumber | ClarineError:
    if parsed is None:
        return known[plain[row.phone]]
    return known.get(parsed.digits, parsed) if isinstance(parsed, PhoneNumber) else parsed


def _digits(phone: str) -> str:
    digits = phone.removeprefix("+")
    return digits if digits.isascii() and digits.isdecimal() and 8 <= len(digits) <= 15 and digits[0] != "0" else ""


async def preview(house: House, business_id: int, campaign_id: int) -> list[Content]:
    """The first few messages as their people would see them. Raises NotFound, and what a send would raise."""
    async with house.store.transaction() as tx:
        row = await _campaign(tx, business_id, campaign_id)
        checker = _Checker(row, await _stock(house, tx, row, _unmarked(row)))
        listed = await tx.first_recipients(business_id, campaign_id, PREVIEW_MAX)
    return [checker.filled(_values(each.words, len(row.columns))) for each in listed]


def _values(words: str, columns: int) -> list[str]:
    return [msgspec.json.decode(f'"{word}"', type=str) for word in words.split(SEPARATOR)] if columns else []


async def estimate(house: House, business_id: int, campaign_id: int) -> Estimate:
    """What it costs if everybody gets it. Raises NotFound, and what a send would raise."""
    async with house.store.transaction() as tx:
        row = await _campaign(tx, business_id, campaign_id)
        setting = await setting_of(house, tx, row)
    now = house.clock.now()
    by_country = {
        country: (
            people,
            people
            * price(
                house.prices, PriceFacts(setting.category, country, now, window_open=False, free_service_left=0)
            ).micros,
        )
        for country, people in sorted(row.countries.items())
    }
    total = sum(micros for _, micros in by_country.values())
    return Estimate(total, house.prices.currency, by_country)


async def act(house: House, business_id: int, campaign_id: int, wanted: Act) -> CampaignRow:
    """Start, pause, resume or cancel; doing it twice is doing it once. After a pause or a cancel nobody is written to.

    Raises NotFound, Conflict (``campaign_state``, ``campaign_empty``), and for a start or resume what a send of the
    template would raise.
    """
    now = house.clock.now()
    async with house.store.transaction() as tx:
        await tx.lock_campaign(business_id, campaign_id)
        row = await _campaign(tx, business_id, campaign_id)
        to = campaign.moved(row.state, wanted)
        if to is None:
            return row
        if to is State.RUNNING:
            if not row.recipients:
                raise Conflict("the list is empty", code="campaign_empty")
            await setting_of(house, tx, row)
            await tx.open_lanes(business_id, campaign_id, lanes(), now)
        await tx.move_campaign(business_id, campaign_id, row.state, to, reason=None, now=now)
        await tx.wake_lanes(business_id, campaign_id, now if to is State.RUNNING else None)
        return await _campaign(tx, business_id, campaign_id)


def lanes() -> list[tuple[int, int]]:
    """The ranges of recipients, first those that nobody has, with the first of the people."""
    step = (_PEOPLE_UNTIL - _PEOPLE_FROM) // LANES
    ends = [_LEAST, *(_PEOPLE_FROM + step * lane for lane in range(1, LANES)), _PEOPLE_UNTIL]
    return list(pairwise(ends))


async def get(house: House, business_id: int, campaign_id: int) -> CampaignRow:
    """Raises NotFound."""
    async with house.store.transaction() as tx:
        return await _campaign(tx, business_id, campaign_id)


async def listed(
    house: House, business_id: int, *, before: int | None = None, limit: int = 50
) -> tuple[list[CampaignRow], int | None]:
    """A page, newest first, and the campaign that the next page begins after."""
    limit = max(1, min(limit, PAGE_MAX))
    async with house.store.transaction() as tx:
        found = await tx.campaigns(business_id, before=before, limit=limit + 1)
    return found[:limit], found[limit - 1].campaign_id if len(found) > limit else None


async def _campaign(tx: Transaction, business_id: int, campaign_id: int) -> CampaignRow:
    row = await tx.campaign(business_id, campaign_id)
    if row is None:
        raise NotFound("there is no such campaign")
    return row


def _checked_key(key: str) -> str:
    if not 0 < len(key) <= KEY_CHARACTERS_MAX:
        raise Invalid(f"a key has 1 to {KEY_CHARACTERS_MAX} characters", field="key")
    return key


def _checked_components(components: list[dict[str, Any]]) -> str:
    text = json.dumps(components, ensure_ascii=False)
    if len(text) > campaign.COMPONENTS_CHARACTERS_MAX:
        raise Invalid("the components are too long", code="too_large", field="components")
    return text
