"""What every client is asked to do, in the order of play; each step says how it is known to have worked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from tests.clients.scene import Refusal, Scene, Sent

Run = Callable[[Scene], Awaitable[None]]

MESSAGES: Final = "`POST /{phone}/messages`"
WEBHOOK: Final = "webhook `messages`"
#: With these the API says that it does not offer something.
NOT_OFFERED: Final = frozenset({3, 2500, 131051})


@dataclass(frozen=True)
class Step:
    """*name* is what drivers call it; *hears* says that it is about a webhook.

    A step that is *needed* happens for every client, because later ones build on it. One that Clarine *may lack* is fine, too,
    when the client is refused with one of those codes: the page says so, and changes when it is offered.
    """

    name: str
    call: str
    what: str
    run: Run
    hears: bool = False
    differs: str | None = None
    needed: bool = False
    may_lack: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """Tells apart a step and the webhook of the same name."""
        return f"hears {self.name}" if self.hears else self.name


def matches(expected: Any, found: Any, where: str = "") -> None:
    """Assert that *found* holds all of *expected*; what it holds besides does not matter."""
    match expected:
        case dict():
            for name, value in expected.items():
                assert name in found, f"{where}.{name} is missing in {found}"
                matches(value, found[name], f"{where}.{name}")
        case list():
            assert len(found) == len(expected), f"{where} is {found}"
            for number, (one, other) in enumerate(zip(expected, found, strict=True)):
                matches(one, other, f"{where}[{number}]")
        case _:
            assert found == expected, f"{where} is {found!r} and not {expected!r}"


def sends(
    name: str,
    what: str,
    kind: str,
    expected: dict[str, Any],
    *,
    on: str = "",
    reply: bool = False,
    call: str = MESSAGES,
    may_lack: frozenset[int] = frozenset(),
) -> Step:
    """A message that must arrive on the device with that content; *on* names the message it answers or reacts to."""

    async def run(scene: Scene) -> None:
        earlier = scene.sent.get(on)
        given = {"message_id": earlier.id} if earlier else {}
        answer = await scene.call(name, **given)
        assert str(answer).startswith("wamid."), f"the id is {answer!r}"
        message = await scene.device.message(scene.business_id, kind)
        matches(expected, message["content"], "content")
        if earlier and reply:
            assert message["reply_to"] == earlier.seq, f"it answers {message['reply_to']}"
        if earlier and kind == "reaction":
            matches({"target_seq": earlier.seq}, message["content"], "content")
        scene.sent[name] = Sent(answer, message["seq"], message["content"])

    return Step(name, call, what, run, may_lack=may_lack)


def calls(name: str, call: str, what: str, expected: Any, *, differs: str | None = None, **given: str) -> Step:
    """A call whose answer, as the client gives it, must be as expected; *given* names things of `scene.given`."""

    async def run(scene: Scene) -> None:
        answer = await scene.call(name, **{key: scene.given[value] for key, value in given.items()})
        matches(expected, answer, "answer")

    return Step(name, call, what, run, differs=differs)


def may_lack(name: str, call: str, what: str, *, codes: frozenset[int] = NOT_OFFERED) -> Step:
    """Something that Clarine may not offer yet, and then refuses with *codes*; what is offered answers something."""

    async def run(scene: Scene) -> None:
        answer = await scene.call(name)
        assert answer, f"the answer is {answer!r}"

    return Step(name, call, what, run, may_lack=codes)


def refuses(name: str, call: str, what: str, code: int) -> Step:
    """A call that is right and must be refused with *code*, for the reason that *what* gives."""

    async def run(scene: Scene) -> None:
        try:
            answer = await scene.call(name)
        except Refusal as refusal:
            if refusal.code != code:
                raise
        else:
            raise AssertionError(f"it was not refused but answered {answer!r}")

    return Step(name, call, what, run, may_lack=NOT_OFFERED)


def hears(name: str, what: str, run: Run, call: str = WEBHOOK) -> Step:
    """Something that the client must understand of a webhook."""
    return Step(name, call, what, run, hears=True)


def writes(
    kind: str, content: dict[str, Any], expected: dict[str, Any], *, answers: str = "", what: str = "", name: str = ""
) -> Step:
    """A person's message that the client must hear as *kind*; *answers* names the business's message it belongs to, and
    *name* the step where that is not the kind."""

    async def run(scene: Scene) -> None:
        earlier = scene.sent[answers] if answers else None
        said = dict(content)
        if kind == "reaction" and earlier:
            said["target_seq"] = earlier.seq
        replied = earlier.seq if earlier and kind != "reaction" else None
        await scene.device.says(scene.business_id, said, replied)
        wanted = {**expected, "from": scene.person["wa_id"], "name": scene.person["name"]}
        if earlier:
            wanted |= {"on": earlier.id} if kind == "reaction" else {"reply_to": earlier.id}
        heard = await scene.hear("text" if kind == "reply" else kind, **wanted)
        scene.inbound[kind] = heard.get("message_id", "")

    return hears(name or kind, what or f"inbound {kind}", run)


def writes_medium(kind: str, file: str, expected: dict[str, Any], **content: Any) -> Step:
    """A person's medium that the client must hear and, where it can, fetch."""

    async def run(scene: Scene) -> None:
        medium = (scene.folder / file).read_bytes()
        media_id = await scene.device.uploads(medium, kind)
        await scene.device.says(scene.business_id, {"type": kind, "media_id": media_id, **content})
        heard = await scene.hear(kind, **expected, **{"from": scene.person["wa_id"]})
        scene.given["inbound_media"] = heard.get("media_id")
        if "sha256" in heard:
            assert heard["sha256"] == sha256(medium).hexdigest(), "the bytes are not those that were sent"

    return hears(kind, f"inbound {kind}", run)
