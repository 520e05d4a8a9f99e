"""English."""

from clarine_herd.kinds import Kind
from clarine_herd.words.catalogue import Catalogue, Reason, Said
from clarine_herd.words.chat_en import CHAT
from clarine_herd.words.page_en import PAGE
from clarine_herd.words.paper import ENGLISH as ENGLISH_PAPER

ENGLISH = Catalogue(
    code="en",
    locale="en_GB",
    right_to_left=False,
    zero="0",
    species={"cattle": ("cow", "Cow"), "buffalo": ("buffalo", "Buffalo")},
    today="today",
    tomorrow="tomorrow",
    within="between {from_} and {to} {day}",
    across="between {from_} {from_day} and {to} {to_day}",
    herd="the herd",
    heat_best="Inseminate best {best}.",
    kinds={
        Kind.HEAT: "heat",
        Kind.HEAT_AGAIN: "heat again",
        Kind.HEAT_TOO_EARLY: "heat too early",
        Kind.HEAT_IN_PREGNANCY: "heat in pregnancy",
        Kind.CALVING: "calving",
        Kind.CALVING_DUE: "calving due",
        Kind.ILLNESS: "illness",
        Kind.FEVER: "fever",
        Kind.LAMENESS: "gait",
        Kind.HEAT_STRESS: "heat stress",
        Kind.HEAT_STRESS_STRONG: "strong heat stress",
        Kind.HEAT_STRESS_SEVERE: "dangerous heat",
        Kind.NO_MOVEMENT: "no movement",
        Kind.OUTSIDE: "outside the fence",
        Kind.SILENT_COLLAR: "silent collar",
        Kind.LOOSE_COLLAR: "loose collar",
        Kind.BATTERY: "battery",
        Kind.GATEWAY: "gateway",
        Kind.GROUP_RESTLESS: "restless group",
        Kind.GROUP_QUIET: "quiet group",
    },
    alerts={
        Kind.HEAT: Said(
            "{Cow} {animal} is probably in heat since {start}.",
            "Inseminate best {best}; possible {window}. "
            "Look at her first: does she stand to be mounted, is there clear mucus?",
        ),
        Kind.HEAT_AGAIN: Said(
            "{Cow} {animal} is in heat again since {start}, {days} days after her insemination: it probably did not take.",
            "Inseminate again best {best}; possible {window}. If it was the third time, have the vet look at her.",
        ),
        Kind.HEAT_TOO_EARLY: Said(
            "{Cow} {animal} shows the activity of heat since {start}, {milk_days} days after calving.",
            "Too early to inseminate: note the date, the next heat is due in 18 to 24 days.",
        ),
        Kind.HEAT_IN_PREGNANCY: Said(
            "{Cow} {animal} is recorded as in calf but shows the activity of heat since {start}.",
            "She may have lost her calf: have the pregnancy checked before anything else.",
        ),
        Kind.CALVING: Said(
            "{Cow} {animal} will probably calve within a day: she is restless, or ruminates less and lies down more often.",
            "Move her to a clean pen and look at her every 3 hours. "
            "Call the vet if there is no progress 2 hours after the water bag.",
        ),
        Kind.CALVING_DUE: Said(
            "{Cow} {animal} is due in {days} days.",
            "Prepare a clean, dry pen and move her there.",
        ),
        Kind.ILLNESS: Said(
            "{Cow} {animal} has moved or ruminated {percent} % less than is normal for her in the last 12 hours.",
            "Look at her now: take her temperature, check feed and udder; test for ketosis if she calved in the last "
            "60 days. Call the vet if she has a fever or does not eat.",
        ),
        Kind.FEVER: Said(
            "{Cow} {animal} is {degrees} °C warmer than is normal for her since {start}.",
            "Take her temperature by hand; check udder, breathing and womb. Call the vet from 39.5 °C on.",
        ),
        Kind.LAMENESS: Said(
            "{Cow} {animal} has walked less or lain more than is normal for her for four days.",
            "Check her gait on level ground and look at her claws; have them trimmed if needed. "
            "A collar alone cannot tell whether she is lame.",
        ),
        Kind.HEAT_STRESS: Said(
            "It is getting too warm for the herd: the temperature-humidity index is {index} since {start}.",
            "See that every animal has shade and water within reach.",
        ),
        Kind.HEAT_STRESS_STRONG: Said(
            "Strong heat stress: the temperature-humidity index is {index} since {start}.",
            "Shade, water, and fans with foggers from 11:00 to 16:00; feed and inseminate in the cool hours.",
        ),
        Kind.HEAT_STRESS_SEVERE: Said(
            "Dangerous heat: the temperature-humidity index is {index} since {start}.",
            "Cool them now with water and fans, do not move or work them, and call the vet for any that pants with an "
            "open mouth.",
        ),
        Kind.NO_MOVEMENT: Said(
            "{Cow} {animal} has not moved since {start}.",
            "Go and look now: she may have fallen or be caught. If the collar lies on the ground, look for her.",
        ),
        Kind.OUTSIDE: Said(
            "{Cow} {animal} is outside the fence since {start}.",
            "Go and look now, and check the fence where she got out.",
        ),
        Kind.SILENT_COLLAR: Said(
            "The collar of {cow} {animal} has been silent since {start}.",
            "Check that it is still on her neck and that she is within range.",
        ),
        Kind.LOOSE_COLLAR: Said(
            "The collar of {cow} {animal} has turned round or is loose since {start}.",
            "Fasten it so that one flat hand fits under it; until then its readings are not reliable.",
        ),
        Kind.BATTERY: Said(
            "The battery of the collar of {cow} {animal} is down to {share} %.",
            "Change or charge it within the week.",
        ),
        Kind.GATEWAY: Said(
            "Half of the collars fell silent together at {start}.",
            "Check the power and the network of the gateway. Silent collars are not reported one by one until then.",
        ),
        Kind.GROUP_RESTLESS: Said(
            "{share} % of {group} have been unusually restless together since {start}.",
            "Look for what disturbs them: dogs, strangers, insects, feed that came late. Single animals are not reported "
            "until they are calm.",
        ),
        Kind.GROUP_QUIET: Said(
            "{share} % of {group} have moved unusually little together since {start}.",
            "Check water, feed and heat first; if they are in order, call the vet. Single animals are not reported until "
            "it is over.",
        ),
    },
    reasons={
        Reason.NORMAL: "She is quite normal",
        Reason.OTHER_CAUSE: "Something else is wrong",
        Reason.MOVED: "Moved or handled",
        Reason.COLLAR: "Collar loose or swapped",
        Reason.WRONG_ANIMAL: "Wrong animal",
        Reason.UNKNOWN: "I do not know",
    },
    why="Why?",
    true="True",
    not_true="Not true",
    ask_reason="Thank you for telling us. What was it with {cow} {animal}?",
    ask_button="Choose",
    thanks_true="Noted. You will hear no more about this unless it changes.",
    thanks_reason="Thank you. We remember: “{reason}”. It will help to raise fewer false alarms.",
    too_old="We no longer have that alert.",
    digest="Your herd, {when}:",
    digest_more="and {count} more",
    digest_none="nothing new",
    template_alert="News from your herd: {{1}} What to do: {{2}} Reported at {{3}} by Clarine Herd.",
    template_digest="Your herd, {{1}}: {{2}} Write “status” to hear more.",
    template_example=(
        "Cow 1217 is probably in heat since Mon 06:00.",
        "Inseminate between 18:00 and 06:00.",
        "Mon 10:00",
    ),
    caption="{Cow} {animal}: the line is her activity, the band is what is normal for her at that time of day.",
    caption_window="The shaded part is what we told you about.",
    source="Source: {cites}",
    chart_title="{Cow} {animal}",
    chart_activity="her activity",
    chart_index="activity index",
    chart_normal="normal for her",
    chart_alert="what we told you",
    chart_unit="activity in 2 hours",
    chat=CHAT,
    paper=ENGLISH_PAPER,
    page=PAGE,
)
