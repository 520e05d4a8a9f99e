"""What the operator sees and decides; who reported is shown to nobody."""

from __future__ import annotations

from asyncpg import Connection

from clarine.domain.consent import ReportReason
from clarine.flow.house import House
from clarine.flow.relate import Decision, relate
from clarine.flow.templates import create_template
from tests.flow.shop import BUSINESS, PERSON, PHONE, deliver, open_shop, send
from tests.wire.console import signed_in


async def test_businesses_are_listed_with_their_money_and_what_became_of_their_messages(
    house: House, connection: Connection
) -> None:
    await open_shop(connection, house)
    sent = await send(house)
    await deliver(house, sent)
    await send(house, phone=PHONE + 1)
    async with signed_in(house, business_id=None) as browser:
        (row,) = (await browser.get("businesses", search="fromagerie")).json()["businesses"]
        assert (row["sent"], row["delivered"], row["failed"], row["refused"]) == (1, 1, 0, 1)
        assert row["wallet"]["spent_micros"] == sent.price_micros
        assert "app_secret" not in row
        assert (await browser.post(f"businesses/{BUSINESS}/verified", {"verified": True})).status_code == 200
        (row,) = (await browser.get("businesses", search=str(BUSINESS))).json()["businesses"]
        assert row["verified"]
        assert (await browser.post("businesses/1/verified", {"verified": True})).status_code == 404


async def test_a_template_is_approved_or_refused_with_a_reason_and_only_once(
    house: House, connection: Connection
) -> None:
    await open_shop(connection, house)
    components = [{"type": "BODY", "text": "We open the cellar on Sunday."}]
    paths = []
    for name in ("good", "bad"):
        row = await create_template(
            house, BUSINESS, name=name, language="en", category="MARKETING", components=components
        )
        paths.append(f"templates/{BUSINESS}/{row.template_id}")
    good, bad = paths
    async with signed_in(house, business_id=None) as browser:
        waiting = (await browser.get("templates")).json()["templates"]
        assert [row["name"] for row in waiting] == ["good", "bad"] or [row["name"] for row in waiting] == [
            "bad",
            "good",
        ]
        assert (await browser.post(f"{good}/approve")).json()["status"] == "approved"
        assert (await browser.post(f"{bad}/reject", {"reason": "I do not like it"})).status_code == 400
        assert (await browser.post(f"{bad}/reject", {"reason": "SCAM"})).json()["rejected_reason"] == "SCAM"
        assert (await browser.post(f"{good}/approve")).status_code == 409
        assert (await browser.get("templates")).json()["templates"] == []
        assert [row["name"] for row in (await browser.get("templates", status="rejected")).json()["templates"]] == [
            "bad"
        ]


async def test_reports_are_handled_without_showing_who_reported(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    sent = await send(house)
    await relate(house, [Decision(PERSON, BUSINESS, report=ReportReason.SCAM, report_seq=sent.key.seq)])
    async with signed_in(house, business_id=None) as browser:
        answer = await browser.get("reports", reason="scam")
        (report,) = answer.json()["reports"]
        assert report["preview"] == "Fresh cheese on Saturday."
        for secret in (str(PERSON), str(PHONE), "Amélie"):
            assert secret not in answer.text
        assert (await browser.get("reports", reason="political")).json()["reports"] == []
        assert (await browser.post(f"reports/{report['report_id']}/handled")).status_code == 200
        assert (await browser.post(f"reports/{report['report_id']}/handled")).status_code == 404
        assert (await browser.get("reports")).json()["reports"] == []
        assert len((await browser.get("reports", handled="true")).json()["reports"]) == 1
        assert (await browser.post("reports/nonsense/handled")).status_code == 404


async def test_the_audit_runs_when_asked_and_shows_a_planted_fault(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    sent = await send(house)
    async with signed_in(house, business_id=None) as browser:
        assert (await browser.post("audit")).json()["clean"]
        await connection.execute("UPDATE wallet SET held_micros = held_micros + 1 WHERE business_id = $1", BUSINESS)
        found = (await browser.post("audit")).json()
        assert not found["clean"]
        assert {f["check"] for f in found["findings"]} == {"wallet_differs", "held_differs"}
        assert {f["found_micros"] for f in found["findings"]} == {sent.price_micros + 1}


async def test_health_counts_what_waits(house: House, connection: Connection) -> None:
    await open_shop(connection, house)
    await send(house)
    async with signed_in(house, business_id=None) as browser:
        found = (await browser.get("health")).json()
    assert (found["people"], found["businesses"], found["undelivered"], found["notices_fresh"]) == (1, 2, 1, 1)
