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
DEVICE = Source(
    "Clarine Herd: 12 h without a signal",
    "Nothing was heard from the collar for 12 h while the rest of the herd was heard.",
)

SOURCES: dict[Kind, tuple[Source, ...]] = {
    Kind.HEAT: (HEAT_SHAPE, HEAT_TIMING, OVULATION),
    Kind.HEAT_TOO_EARLY: (HEAT_SHAPE,),
    Kind.HEAT_IN_PREGNANCY: (HEAT_SHAPE,),
    Kind.ILLNESS: (ILLNESS,),
    Kind.SILENT_COLLAR: (DEVICE,),
    Kind.GATEWAY: (DEVICE,),
}
