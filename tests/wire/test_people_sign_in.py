"""Signing in: every refusal beside its success, devices that can be listed and ended."""

from __future__ import annotations

from datetime import timedelta

from clarine.adapters.clock import TurnedClock
from clarine.edge.people.limits import PeopleRates, Rate
from clarine.flow.house import House
from clarine.flow.people import DEVICES_MAX, HOUR_CODES_MAX
from tests.cast import Cast
from tests.wire.people_app import PeopleApp, people_app

SPELLED, DIGITS = "+91 98765-43210", 919876543210


async def sign_in(app: PeopleApp, clock: TurnedClock, **more: str) -> dict[str, object]:
    async with app.client() as client:
        clock.turn(timedelta(hours=1))
        assert (await client.post("/codes", json={"phone": SPELLED})).status_code == 200
        body = {"phone": SPELLED, "code": app.sender.codes[DIGITS], "device": "Firefox on Linux", **more}
        answer = await client.post("/sessions", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found


async def test_any_spelling_of_a_number_signs_in_and_the_second_time_it_is_the_same_person(
    house: House, clock: TurnedClock
) -> None:
    app = people_app(house)
    async with app.client() as client:
        asked = await client.post("/codes", json={"phone": "0091 (98765) 43210"})
        assert asked.json() == {"phone": "919876543210", "resend_after_s": 30}
        code = app.sender.codes[DIGITS]
        body = {"phone": "919876543210", "code": code, "device": "phone", "name": " Zoë ", "language": "hi"}
        first = (await client.post("/sessions", json=body)).json()
    assert first["new"] is True
    assert first["me"] == {"wa_id": "919876543210", "name": "Zoë", "language": "hi", "country": "IN"}
    again = await sign_in(app, clock)
    assert again["new"] is False
    assert again["me"] == first["me"]
    assert again["token"] != first["token"]


async def test_a_code_works_once(house: House, clock: TurnedClock) -> None:
    app = people_app(house)
    await sign_in(app, clock)
    async with app.client() as client:
        again = await client.post("/sessions", json={"phone": SPELLED, "code": app.sender.codes[DIGITS]})
    assert (again.status_code, again.json()["error"]["code"]) == (403, "code_expired")


async def test_five_wrong_codes_end_a_code(house: House) -> None:
    app = people_app(house)
    async with app.client() as client:
        await client.post("/codes", json={"phone": SPELLED})
        right = app.sender.codes[DIGITS]
        wrong = f"{(int(right) + 1) % 10**6:06}"
        for left in (4, 3, 2, 1, 0):
            answer = await client.post("/sessions", json={"phone": SPELLED, "code": wrong})
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "code_wrong")
            assert f"{left} tries" in answer.json()["error"]["message"]
        answer = await client.post("/sessions", json={"phone": SPELLED, "code": right})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "code_expired")


async def test_a_code_ends_after_ten_minutes_and_not_before(house: House, clock: TurnedClock) -> None:
    app = people_app(house)
    async with app.client() as client:
        await client.post("/codes", json={"phone": SPELLED})
        clock.turn(timedelta(seconds=601))
        late = await client.post("/sessions", json={"phone": SPELLED, "code": app.sender.codes[DIGITS]})
        assert late.json()["error"]["code"] == "code_expired"
        await client.post("/codes", json={"phone": SPELLED})
        clock.turn(timedelta(seconds=600))
        in_time = await client.post("/sessions", json={"phone": SPELLED, "code": app.sender.codes[DIGITS]})
    assert in_time.status_code == 200


async def test_a_code_of_one_number_does_not_open_another(house: House) -> None:
    app = people_app(house)
    async with app.client() as client:
        await client.post("/codes", json={"phone": SPELLED})
        await client.post("/codes", json={"phone": "+919876543211"})
        body = {"phone": "+919876543211", "code": app.sender.codes[DIGITS]}
        assert (await client.post("/sessions", json=body)).status_code == 403


async def test_another_code_is_sent_after_thirty_seconds_and_five_times_an_hour(
    house: House, clock: TurnedClock
) -> None:
    app = people_app(house)
    async with app.client() as client:
        for _ in range(HOUR_CODES_MAX):
            assert (await client.post("/codes", json={"phone": SPELLED})).status_code == 200
            early = await client.post("/codes", json={"phone": SPELLED})
            assert (early.status_code, early.json()["error"]["code"]) == (429, "too_many")
            clock.turn(timedelta(seconds=31))
        full = await client.post("/codes", json={"phone": SPELLED})
        assert full.status_code == 429
        assert int(full.headers["Retry-After"]) > 3000
        clock.turn(timedelta(hours=1))
        assert (await client.post("/codes", json={"phone": SPELLED})).status_code == 200


async def test_one_address_cannot_ask_for_codes_of_everybody(house: House) -> None:
    app = people_app(house, rates=PeopleRates(codes=Rate(2, 60)))
    async with app.client() as client:
        answers = [await client.post("/codes", json={"phone": f"+91987654321{last}"}) for last in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_what_cannot_be_right_is_refused_with_the_field_to_blame(house: House) -> None:
    app = people_app(house)
    bad: list[tuple[dict[str, object], str | None]] = [
        ({"phone": "12"}, "phone"),
        ({"phone": 7}, "phone"),
        ({}, None),
        ({"phone": SPELLED, "language": "xx"}, "language"),
    ]
    async with app.client() as client:
        for body, field in bad:
            answer = await client.post("/codes", json=body)
            assert (answer.status_code, answer.json()["error"].get("field")) == (400, field), body
        assert (await client.post("/codes", content=b"{")).status_code == 400
        assert (await client.post("/codes", content=b" " * 70_000)).status_code == 413
        bad_code = await client.post("/sessions", json={"phone": SPELLED, "code": "12345"})
        assert bad_code.json()["error"]["field"] == "code"
        assert (await client.get("/nothing")).json()["error"]["code"] == "not_found"


async def test_nobody_passes_without_a_living_session(house: House, cast: Cast) -> None:
    app = people_app(house)
    token = await app.token(await cast.person())
    other_end = "0" if token[-1] != "0" else "1"
    for wrong in ("", "x", "é" * 54, "z" * 54, token[:-1] + other_end):
        async with app.client() as client:
            answer = await client.get("/me", headers={b"Authorization": f"Bearer {wrong}".encode()})
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")
    async with app.client(token) as client:
        assert (await client.get("/me")).status_code == 200


async def test_devices_are_listed_and_an_ended_one_is_out_at_once(house: House, clock: TurnedClock) -> None:
    app = people_app(house)
    first, second = await sign_in(app, clock), await sign_in(app, clock)
    async with app.client(str(first["token"])) as one, app.client(str(second["token"])) as two:
        listed = (await one.get("/sessions")).json()["sessions"]
        assert {each["device_id"]: each["current"] for each in listed} == {
            first["device_id"]: True,
            second["device_id"]: False,
        }
        assert (await two.get("/me")).status_code == 200
        assert (await one.delete(f"/sessions/{second['device_id']}")).json() == {"ended": True}
        assert (await two.get("/me")).status_code == 401
        assert (await one.delete(f"/sessions/{second['device_id']}")).status_code == 404
        assert (await one.delete("/sessions/abc")).status_code == 404
        assert len((await one.get("/sessions")).json()["sessions"]) == 1


async def test_one_person_cannot_end_the_session_of_another(house: House, cast: Cast, clock: TurnedClock) -> None:
    app = people_app(house)
    victim = await sign_in(app, clock)
    async with app.client(await app.token(await cast.person())) as client:
        assert (await client.delete(f"/sessions/{victim['device_id']}")).status_code == 404
    async with app.client(str(victim["token"])) as client:
        assert (await client.get("/me")).status_code == 200


async def test_the_eleventh_device_takes_the_place_of_the_one_seen_longest_ago(
    house: House, clock: TurnedClock
) -> None:
    app = people_app(house)
    signed_in = [await sign_in(app, clock, device=f"device {number}") for number in range(DEVICES_MAX + 1)]
    async with app.client(str(signed_in[0]["token"])) as gone, app.client(str(signed_in[-1]["token"])) as here:
        assert (await gone.get("/me")).status_code == 401
        names = [each["name"] for each in (await here.get("/sessions")).json()["sessions"]]
    assert names == [f"device {number}" for number in range(DEVICES_MAX, 0, -1)]


async def test_a_profile_changes_within_its_limits(house: House, cast: Cast) -> None:
    app = people_app(house)
    async with app.client(await app.token(await cast.person())) as client:
        changed = (await client.patch("/me", json={"name": "زویا", "language": "ur"})).json()
        assert (changed["name"], changed["language"]) == ("زویا", "ur")
        for body in ({"name": "x" * 65}, {"name": "a\nb"}, {"name": "  "}, {"language": "de"}):
            assert (await client.patch("/me", json=body)).status_code == 400, body
        assert (await client.get("/me")).json() == changed
