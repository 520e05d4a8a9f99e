"""Every rule: what the herd's deviations, lives and surroundings say, as episodes. Start values: the table in
docs/reference/herd-alerts.md; what the farmer says moves them (``tuning``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from clarine_herd import tuning
from clarine_herd.climate import thi_on
from clarine_herd.kinds import Rule
from clarine_herd.known import Known
from clarine_herd.life import Life, life_of
from clarine_herd.normal import BINS_PER_DAY, Grid, Hits, Matrix, Normal, expected_of, mean_back, normal_of, part_of
from clarine_herd.scan import Span, episodes, running
from clarine_herd.shift import Shift, shift_of

HEAT_Z, HEAT_BINS, HEAT_QUIET_Z = 3.5, 2, 2.0
#: A heat is expected 18 to 24 days after the last one or after an insemination, and rumination falls in it.
CYCLE_D = (18.0, 24.0)
EXPECTED_Z, RUMINATION_Z, RUMINATION_FALL = 0.5, 0.5, 0.85
#: One insemination is for one heat.
INSEMINATED_D = 4.0

FALL_RATIO, FALL_Z, FALL_BINS, FALL_OVER_RATIO, ILLNESS_QUIET = 0.75, -1.8, 2, 0.9, 6
RUMINATION_RATIO, BESIDE_RATIO = 0.75, 0.8
FEVER_C, FEVER_BINS = 1.0, 2
FRESH_D, FRESH_EASE = 60.0, 0.5

CALVING_NEAR_D, CALVING_POINTS, CALVING_BINS = 14.0, 3.0, 2
DUE_D, SURE_D = 3.0, 2.0

TREND_BINS = 4 * BINS_PER_DAY
WALKING_RATIO, LYING_RATIO, NIGHT_RATIO = 0.8, 1.15, 1.2
NIGHT = np.isin(np.arange(BINS_PER_DAY), (11, 0, 1, 2))

STILL_RATIO, STILL_OVER_RATIO, STILL_MIN, STILL_BINS = 0.1, 0.3, 180.0, 2
DAY = (3, 9)  #: bins from 06:00 to 20:00

THI_LEVELS = {Rule.HEAT_STRESS: 72.0, Rule.HEAT_STRESS_STRONG: 78.0, Rule.HEAT_STRESS_SEVERE: 89.0}
THI_OVER = 2.0

#: Grazing and standing tilt a collar by less; round the neck is half a turn.
LOOSE_DEG, LOOSE_BINS = 75.0, 6

SILENT_BINS, GATEWAY_SHARE, GATEWAY_ANIMALS_MIN = 6, 0.5, 4

FARM_RULES = frozenset({*THI_LEVELS, Rule.GATEWAY})
GROUP_RULES = frozenset({Rule.GROUP_RESTLESS, Rule.GROUP_QUIET})


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules look at; ``thi`` is (1, bins), ``fever`` °C above normal, None where no collar measures it."""

    grid: Grid
    known: Known
    normal: Normal
    shift: Shift
    life: Life
    thi: Matrix
    fever: Matrix | None

    def strictness(self, rule: Rule) -> Matrix:
        """(animals, bins): what is asked beyond the start value, in spreads."""
        return tuning.strictness_on(self.grid, self.known.verdicts, rule) + self.known.strictness

    def part(self, name: str, bins: int = 6) -> Matrix:
        """The last *bins* of one measure as a part of its normal; NaN everywhere when no collar has it."""
        values = self.grid.measure(name)
        return (
            np.full_like(self.grid.activity, np.nan) if values is None else part_of(values, expected_of(values), bins)
        )


def facts_of(grid: Grid, known: Known) -> Facts:
    """Everything that is worked out once and looked at by several rules."""
    normal = normal_of(grid)
    temperature = grid.measure("temperature_c")
    fever = None if temperature is None else mean_back(temperature - expected_of(temperature), FEVER_BINS)
    life = life_of(grid, known.events, species=known.species)
    return Facts(grid, known, normal, shift_of(grid, normal, known.group_of), life, thi_on(grid, known.climate), fever)


def spans_of(facts: Facts) -> list[Span]:
    """Every episode in the grid, in the order in which they open."""
    still = _still(facts)
    found = [
        *_heats(facts),
        *_calvings(facts),
        *_due(facts),
        *_illnesses(facts, running(still, ILLNESS_QUIET)),
        *_lameness(facts),
        *_heat_stress(facts.thi),
        *_no_movement(facts, still),
        *_outside(facts),
        *_loose(facts.grid),
        *_silence(facts.grid),
        *_groups(facts.shift),
    ]
    return sorted(found, key=lambda span: (span.opened, span.rule, span.row))


def _heats(facts: Facts) -> list[Span]:
    # First by itself, then once more knowing when each animal was last in heat: it is expected again three weeks later.
    once = _heats_knowing(facts)
    seen = facts.life.since_heat.copy()
    for span in once:
        days = (np.arange(facts.grid.bins) - span.first) / BINS_PER_DAY
        seen[span.row, days > 1] = days[days > 1]
    again = np.where(_in_cycle(seen), 1, 0).any()
    return _heats_knowing(replace(facts, life=replace(facts.life, since_heat=seen))) if again else once


def _heats_knowing(facts: Facts) -> list[Span]:
    z, life = facts.shift.heat_z, facts.life
    evidence = z + EXPECTED_Z * (_in_cycle(life.since_heat) | _in_cycle(life.since_insemination))
    evidence = evidence + RUMINATION_Z * (facts.part("ruminating_min", HEAT_BINS) <= RUMINATION_FALL)
    near_calving = np.abs(life.due_in) <= CALVING_NEAR_D
    blocked = facts.shift.muted | (life.since_insemination < INSEMINATED_D) | near_calving
    hit = (evidence >= HEAT_Z + facts.strictness(Rule.HEAT)) & ~blocked
    return episodes(Rule.HEAT, hit, z < HEAT_QUIET_Z, z, needed=HEAT_BINS, quiet=BINS_PER_DAY)


def _in_cycle(days: Matrix) -> Hits:
    return (days >= CYCLE_D[0]) & (days <= CYCLE_D[1])


def _illnesses(facts: Facts, still: Hits) -> list[Span]:
    strict = facts.strictness(Rule.ILLNESS) - FRESH_EASE * (facts.life.days_in_milk < FRESH_D)
    activity, rumination = facts.normal.fall_ratio, facts.part("ruminating_min")
    slower = (activity <= FALL_RATIO - 0.05 * strict) & (facts.shift.fall_z <= FALL_Z - 0.3 * strict)
    beside = (activity <= BESIDE_RATIO) | (facts.part("eating_min") <= BESIDE_RATIO)
    chews_less = (rumination <= RUMINATION_RATIO - 0.05 * strict) & beside
    fallen = np.where(np.isfinite(rumination), chews_less, slower)
    fever = np.zeros_like(fallen) if facts.fever is None else facts.fever >= FEVER_C + 0.2 * strict
    blocked = facts.shift.muted | facts.life.treated | still
    hit = (fallen | fever) & ~blocked
    back = (np.where(np.isfinite(rumination), rumination, activity) > FALL_OVER_RATIO) & ~fever
    lost = 1 - np.where(np.isfinite(rumination), rumination, activity)
    return episodes(Rule.ILLNESS, hit, back, lost, needed=FALL_BINS, quiet=ILLNESS_QUIET)


def _calvings(facts: Facts) -> list[Span]:
    due, bouts, chewing = facts.life.due_in, facts.part("lying_bouts"), facts.part("ruminating_min")
    restless = facts.normal.fall_ratio
    pairs = ((-chewing, (-0.85, -0.7)), (bouts, (1.3, 1.6)), (restless, (1.15, 1.4)))
    points = (due <= SURE_D).astype(float)
    for values, levels in pairs:
        for level in levels:
            points += values >= level
    near = np.abs(due) <= CALVING_NEAR_D
    hit = near & (points >= CALVING_POINTS + facts.strictness(Rule.CALVING)) & ~facts.shift.muted
    calm = ~near | (points < CALVING_POINTS - 1)
    return episodes(Rule.CALVING, hit, calm, points, needed=CALVING_BINS, quiet=2 * BINS_PER_DAY)


def _due(facts: Facts) -> list[Span]:
    soon = (facts.life.due_in <= DUE_D) & (facts.life.due_in >= -CALVING_NEAR_D)
    return episodes(Rule.CALVING_DUE, soon, ~soon, -facts.life.due_in, needed=1, quiet=1)


def _lameness(facts: Facts) -> list[Span]:
    strict = facts.strictness(Rule.LAMENESS)
    walking, lying = facts.part("walking_min", TREND_BINS), facts.part("lying_min", TREND_BINS)
    # Activity alone is too weak a sign (Van Hertem): it only supports what lying or walking shows.
    known = np.isfinite(walking) | np.isfinite(lying)
    walks_less, lies_more = walking <= WALKING_RATIO - 0.05 * strict, lying >= LYING_RATIO + 0.05 * strict
    signs = walks_less.astype(int) + lies_more + (_night_part(facts) >= NIGHT_RATIO + 0.1 * strict)
    hit = known & (signs >= 2) & ~facts.shift.muted & ~facts.life.treated
    return episodes(
        Rule.LAMENESS, hit, known & (signs < 1), signs.astype(float), needed=BINS_PER_DAY, quiet=3 * BINS_PER_DAY
    )


def _night_part(facts: Facts) -> Matrix:
    """How much of four days' activity falls into the night, as a part of what does so normally."""
    night = np.resize(NIGHT, facts.grid.bins)
    shares = []
    for values in (facts.grid.activity, facts.normal.expected):
        at_night = mean_back(np.where(np.isfinite(values), values * night, np.nan), TREND_BINS)
        shares.append(at_night / np.maximum(mean_back(values, TREND_BINS), 1e-9))
    part: Matrix = shares[0] / np.maximum(shares[1], 1e-9)
    return part


def _heat_stress(thi: Matrix) -> list[Span]:
    found: list[Span] = []
    for rule, level in reversed(THI_LEVELS.items()):
        spans = episodes(rule, thi >= level, thi < level - THI_OVER, thi, needed=1, quiet=2 * BINS_PER_DAY)
        # While the higher level is told of, the lower one is no news.
        found += [span for span in spans if not any(up.opened <= span.opened <= up.last for up in found)]
    return found


def _still(facts: Facts) -> Hits:
    """Heard by day, and did not move for more than three hours: by the collar's own count, else by four quiet hours."""
    expected, values = facts.normal.expected, facts.grid.activity
    # An animal that hardly moves at that hour anyway shows nothing by not moving, nor one whose collar counts nothing.
    moves = (expected > 0) & (expected >= mean_back(expected, BINS_PER_DAY) / 2)
    quiet = (values <= STILL_RATIO * expected) & moves
    hour = np.arange(facts.grid.bins) % BINS_PER_DAY
    by_day = (hour >= DAY[0]) & (hour <= DAY[1])
    quiet &= by_day
    both = quiet.copy()
    both[:, 1:] &= quiet[:, :-1]
    both[:, :1] = False
    still = facts.grid.measure("still_min")
    return both if still is None else np.where(np.isfinite(still), by_day & (still >= STILL_MIN), both)


def _no_movement(facts: Facts, still: Hits) -> list[Span]:
    expected, values = facts.normal.expected, facts.grid.activity
    moved = values > STILL_OVER_RATIO * expected
    lost = 1 - values / np.maximum(expected, 1e-9)
    return episodes(Rule.NO_MOVEMENT, still & ~facts.shift.muted, moved, lost, needed=1, quiet=1)


def _outside(facts: Facts) -> list[Span]:
    minutes = facts.grid.measure("outside_min")
    if minutes is None:
        return []
    return episodes(Rule.OUTSIDE, minutes > 0, minutes == 0, minutes, needed=1, quiet=2)


def _loose(grid: Grid) -> list[Span]:
    """The collar hangs far from where it usually hangs at that time of day, for half a day."""
    angle = grid.measure("angle_deg")
    if angle is None:
        return []
    turn = np.radians(angle)
    usual = np.arctan2(expected_of(np.sin(turn)), expected_of(np.cos(turn)))
    away = np.abs(np.degrees(np.angle(np.exp(1j * (turn - usual)))))
    return episodes(
        Rule.LOOSE_COLLAR, away >= LOOSE_DEG, away < LOOSE_DEG / 2, away, needed=LOOSE_BINS, quiet=LOOSE_BINS
    )


def _silence(grid: Grid) -> list[Span]:
    heard = grid.heard
    gone = ~heard & (np.cumsum(heard, axis=1) > 0)
    # A collar that has been silent for two days is no witness: it may have been taken off.
    recent = np.cumsum(heard, axis=1)
    before = np.zeros_like(recent)
    before[:, 2 * BINS_PER_DAY :] = recent[:, : -2 * BINS_PER_DAY]
    witness = recent > before
    witnesses, missing = witness.sum(0), (gone & witness).sum(0)
    lost = ((witnesses >= GATEWAY_ANIMALS_MIN) & (missing >= GATEWAY_SHARE * witnesses))[None, :]
    silent = episodes(Rule.SILENT_COLLAR, gone & ~lost, heard, gone.astype(float), needed=SILENT_BINS, quiet=1)
    return [*silent, *episodes(Rule.GATEWAY, lost, ~lost, lost.astype(float), needed=2, quiet=1)]


def _groups(shift: Shift) -> list[Span]:
    return [
        *episodes(Rule.GROUP_RESTLESS, shift.up, ~shift.up, shift.share, needed=2, quiet=6),
        *episodes(Rule.GROUP_QUIET, shift.down, ~shift.down, shift.share, needed=2, quiet=6),
    ]
