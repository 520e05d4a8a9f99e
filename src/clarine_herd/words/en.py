"""English."""

from clarine_herd.kinds import Kind
from clarine_herd.words.catalogue import Catalogue, Reason, Said

ENGLISH = Catalogue(
    code="en",
    locale="en_GB",
    right_to_left=False,
    zero="0",
    alerts={
        Kind.HEAT: Said(
            "Cow {animal} is probably in heat since {start}.",
            "Inseminate between {from_} and {to}, best between {best_from} and {best_to}. "
            "Look at her first: does she stand to be mounted, is there clear mucus?",
        ),
        Kind.HEAT_TOO_EARLY: Said(
            "Cow {animal} shows the activity of heat since {start}, {days} days after calving.",
            "Too early to inseminate: note the date, the next heat is due in 18 to 24 days.",
        ),
        Kind.HEAT_IN_PREGNANCY: Said(
            "Cow {animal} is recorded as pregnant but shows the activity of heat since {start}.",
            "Have the pregnancy checked before anything else.",
        ),
        Kind.ILLNESS: Said(
            "Cow {animal} has moved {percent} % less than is normal for her in the last 12 hours.",
            "Look at her now: take her temperature, check feed and udder; test for ketosis if she calved in the last "
            "60 days. Call the vet if she has a fever or does not eat.",
        ),
        Kind.SILENT_COLLAR: Said(
            "The collar of cow {animal} has been silent since {start}.",
            "Check that it is still on her neck and that she is within range.",
        ),
        Kind.GATEWAY: Said(
            "Half of the collars fell silent together at {start}.",
            "Check the power and the network of the gateway. Silent collars are not reported one by one until then.",
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
    ask_reason="Thank you for telling us. What was it with cow {animal}?",
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
    caption="Cow {animal}: the line is her activity, the band is what is normal for her at that time of day.",
    caption_window="The shaded part is what we told you about.",
    source="Source: {cites}",
    chart_title="Cow {animal}",
    chart_activity="her activity",
    chart_index="activity index",
    chart_normal="normal for her",
    chart_alert="what we told you",
    chart_unit="activity in 2 hours",
    status="{heard} of {animals} animals were heard in the last 12 hours.",
    open_alerts="Open alerts: {count}.",
    no_cow="We know no cow {animal}.",
    cow_now="Cow {animal}, last heard {start}.",
    help="Write: status · cow 1217 · help · stop. Under an alert, tap “Why?”, “True” or “Not true”.",
    stopped="You will get no more alerts. Write “start” to have them again.",
    started="Welcome back. Alerts are on.",
    words={"status": "status", "cow": "cow", "help": "help", "stop": "stop", "start": "start"},
)
