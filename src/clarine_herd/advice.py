"""Where each rule and each piece of advice comes from; it stands in every "Why?" answer."""

from __future__ import annotations

from dataclasses import dataclass

from clarine_herd.kinds import Kind


@dataclass(frozen=True, slots=True)
class Source:
    """A published source: ``cite`` as it is shown to a farmer or vet, ``finding`` the figures that we rest on."""

    cite: str
    finding: str


HEAT_SHAPE = Source(
    "Silper et al. 2015, J. Dairy Sci.",
    "Heatime against leg-mounted IceTag, 111 oestrus episodes: duration 14.3 ± 4.1 h, peak index 77.3 ± 19.5 "
    "(≈ 7.7 SD).",
)
HEAT_TIMING = Source(
    "3,420 inseminations, Heatime, 7 farms",
    "Pregnancies per insemination by hours from the alert: 1–6 h 23.0 %, 7–12 h 30.0 %, 13–18 h 34.0 %, "
    "19–24 h 32.0 %, 25–48 h 26.8 %.",
)
OVULATION = Source("De Rensis 2024, review", "Oestrus lasts 10–20 h, ovulation follows 24–33 h after its onset.")
ILLNESS = Source(
    "Stangaferro et al. 2016, J. Dairy Sci.",
    "1,121 cows, collar health index < 86: displaced abomasum found in 98 % (3.0 days early), ketosis 91 % (1.6 days), "
    "indigestion 89 %, mastitis 58 %, metritis 55 %. That index uses rumination too, which an activity collar lacks.",
)
CYCLE = Source(
    "Heat returns after 18–24 days; SenseHub and Lely Horizon judge by entered events",
    "A heat within that window after an insemination says that it did not take. Commercial systems fail when events are "
    "not entered.",
)
CALVING = Source(
    "Borchers et al. 2017, J. Dairy Sci.",
    "Published for the day before calving: sensitivity 100 %, specificity 86.8 %, on rows split at random. Measured again "
    "on their data with the calving left out: about 58 % at the same specificity, so watch her in any case.",
)
FEVER = Source(
    "smaXtec's rule: temperature against her own, after four days",
    "A rise of 1.0 °C over what is normal for her at that time of day, for four hours.",
)
LAMENESS = Source(
    "Van Hertem et al., neck activity and rumination, 44 lame and 74 sound cows",
    "Sensitivity 89 %, specificity 85 % with milk yield besides; a neck collar alone is the weakest of the methods.",
)
HEAT_STRESS = Source(
    "Temperature-humidity index in °F: below 72 none, 72–77 moderate, 78–88 strong, from 89 severe",
    "THI = T − (0.55 − 0.55·RH/100)·(T − 58).",
)
COOLING = Source(
    "Murrah buffaloes, Andhra Pradesh: foggers and fans from 11:00 to 16:00",
    "Animals in oestrus rose from 10 % to 80 %, conception from 10 % to 60–70 %.",
)
GROUP = Source(
    "AfiFarm's group rule: at least 75 % of the group and 20 collars",
    "What moves a group together points to feed, water, weather or disturbance, and not to illness of each.",
)
STILL = Source(
    "Clarine Herd: no movement for more than 3 h by day",
    "A start value of our own: no study of it is known to us.",
)
FENCE = Source("Clarine Herd: position outside the fence", "As the collar itself reports its position.")
DEVICE = Source(
    "Clarine Herd: 12 h without a signal",
    "Nothing was heard from the collar for 12 h while the rest of the herd was heard.",
)
BATTERY = Source("Clarine Herd: the collar's own battery reading", "As the collar reports it.")
LOOSE = Source(
    "Clarine Herd: direction of gravity at the collar",
    "On a collar that fits, gravity keeps to one side; it changed for good.",
)

SOURCES: dict[Kind, tuple[Source, ...]] = {
    Kind.HEAT: (HEAT_SHAPE, HEAT_TIMING, OVULATION),
    Kind.HEAT_AGAIN: (HEAT_SHAPE, CYCLE, HEAT_TIMING),
    Kind.HEAT_TOO_EARLY: (HEAT_SHAPE, CYCLE),
    Kind.HEAT_IN_PREGNANCY: (HEAT_SHAPE, CYCLE),
    Kind.CALVING: (CALVING,),
    Kind.CALVING_DUE: (CALVING,),
    Kind.ILLNESS: (ILLNESS,),
    Kind.FEVER: (FEVER,),
    Kind.LAMENESS: (LAMENESS,),
    Kind.HEAT_STRESS: (HEAT_STRESS, COOLING),
    Kind.HEAT_STRESS_STRONG: (HEAT_STRESS, COOLING),
    Kind.HEAT_STRESS_SEVERE: (HEAT_STRESS, COOLING),
    Kind.NO_MOVEMENT: (STILL,),
    Kind.OUTSIDE: (FENCE,),
    Kind.SILENT_COLLAR: (DEVICE,),
    Kind.LOOSE_COLLAR: (LOOSE,),
    Kind.BATTERY: (BATTERY,),
    Kind.GATEWAY: (DEVICE,),
    Kind.GROUP_RESTLESS: (GROUP,),
    Kind.GROUP_QUIET: (GROUP,),
}
