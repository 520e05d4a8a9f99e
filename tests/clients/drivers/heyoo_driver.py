"""heyoo 0.1.2: told where the API is by its attributes, or not told at all and led there by a proxy."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from heyoo import WhatsApp  # type: ignore[import-not-found]

from tests.clients.drivers.speaking import Acting, Given, Refused, heard, introduced, listen, serve

#: heyoo's helper for each kind of inbound content.
HELPERS = ("image", "video", "audio", "document", "location")
HEARS = ("text", *HELPERS, "media", "button_reply", "list_reply", "status")


class Driver:
    """One method per step; heyoo hands out the API's JSON as it comes, errors too."""

    def __init__(self, acting: Acting) -> None:
        self.acting = acting
        self.client = self._client(acting.token)

    def _client(self, token: str) -> Any:
        client = WhatsApp(token, phone_number_id=self.acting.phone_number_id)
        if self.acting.base:
            client.base_url = client.v15_base_url = f"{self.acting.base}/v15.0"
            client.url = f"{client.base_url}/{self.acting.phone_number_id}/messages"
        return client

    def file(self, name: str) -> str:
        return str(Path(self.acting.folder) / name)

    def steps(self) -> dict[str, Callable[[Given], Any]]:
        client, to, link = self.client, self.acting.to, self.acting.link
        interactive = {"type": "button", "body": {"text": "Fresh milk?"}, "footer": {"text": "Farm"},
                       "action": {"buttons": [{"type": "reply", "reply": {"id": "yes", "title": "Yes"}}]}}  # fmt: skip
        rows = [{"id": "row-1", "title": "One litre", "description": "fresh"}]
        listed = {"header": "Milk", "body": "How much?", "footer": "Farm",
                  "action": {"button": "Choose", "sections": [{"title": "Sizes", "rows": rows}]}}  # fmt: skip
        leads = {"type": "cta_url", "body": {"text": "Our farm"},
                 "action": {"name": "cta_url", "parameters": {"display_text": "Visit", "url": "https://farm.example/"}}
        }  # fmt: skip
        card = {
            "name": {"formatted_name": "Ann Vet", "first_name": "Ann"},
            "phones": [{"phone": "+16505550100", "type": "WORK"}],
        }
        greeted = [{"type": "body", "parameters": [{"type": "text", "text": "Zoë"}, {"type": "text", "text": "A-17"}]},
                   {"type": "button", "sub_type": "quick_reply", "index": "0",
                    "parameters": [{"type": "payload", "payload": "coming"}]}]  # fmt: skip
        return {
            "text": lambda given: _id(client.send_message(given["text"], to, preview_url=False)),
            "preview": lambda _: _id(client.send_message("See https://farm.example/", to)),
            "custom": lambda _: _id(client.send_custom_json(
                {"messaging_product": "whatsapp", "type": "text", "text": {"body": "by hand"}}, to)),
            "image": lambda _: _id(client.send_image(self._up("picture.png"), to, caption="A cow", link=False)),
            "image_link": lambda _: _id(client.send_image(link, to, caption="From a link")),
            "video": lambda _: _id(client.send_video(self._up("film.mp4"), to, caption="A film", link=False)),
            "audio": lambda _: _id(client.send_audio(self._up("voice.ogg"), to, link=False)),
            "document": lambda _: _id(client.send_document(self._up("paper.pdf"), to, caption="A paper", link=False)),
            "sticker": lambda _: _id(client.send_sticker(self._up("sticker.webp"), to, link=False)),
            "location": lambda _: _id(client.send_location(1.5, 2.5, "Barn", "Lane 1", to)),
            "contacts": lambda _: _id(client.send_contacts([card], to)),
            "reaction": lambda given: _id(client.send_reaction("👍", given["message_id"], to)),
            "reply": lambda given: _id(client.reply_to_message(given["message_id"], to, "An answer")),
            "buttons": lambda _: _id(client.send_reply_button(interactive, to)),
            "list": lambda _: _id(client.send_button(listed, to)),
            "cta_url": lambda _: _id(client.send_reply_button(leads, to)),
            "template": lambda _: _id(client.send_template("hello_world", to, components=[], lang="en_US")),
            "template_filled": lambda _: _id(client.send_template("order_ready", to, components=greeted, lang="en_US")),
            "read": lambda given: client.mark_as_read(given["message_id"])["success"],
            "media_up": lambda _: self._up("picture.png"),
            "media_down": lambda given: self._down(given["media_id"]),
            "media_delete": lambda given: client.delete_media(given["media_id"])["success"],
            "error_template": lambda _: _id(client.send_template("nothing", to, components=[])),
            "error_recipient": lambda _: _id(client.send_message("x", "12")),
            "error_token": lambda _: _id(self._client("EAAwrong").send_message("x", to)),
        }  # fmt: skip

    def _up(self, name: str) -> str:
        return str(self.client.upload_media(self.file(name))["id"])

    def _down(self, media_id: str) -> str:
        url = self.client.query_media_url(media_id)
        found = self.client.download_media(url, "image/png", self.file("down"))
        return sha256(Path(found).read_bytes()).hexdigest()

    def update(self, body: bytes, _: dict[str, str]) -> int:
        """A webhook, through heyoo's helpers. heyoo has none for signatures, the quoted message and template buttons."""
        client, data = self.client, json.loads(body)
        if client.changed_field(data) != "messages":
            return 200
        if not client.is_message(data):
            heard("status", status=client.get_delivery(data))
            return 200
        kind = client.get_message_type(data)
        who = {
            "message_id": client.get_message_id(data),
            "from": client.get_mobile(data),
            "name": client.get_name(data),
        }
        match kind:
            case "text":
                heard("text", **who, text=client.get_message(data))
            case "interactive":
                found = client.get_interactive_response(data)
                chosen = found[found["type"]]
                heard(found["type"], **who, id=chosen["id"], title=chosen["title"])
            case _ if kind in HELPERS:
                found = getattr(client, f"get_{kind}")(data)
                shown = {
                    name: found[name]
                    for name in ("caption", "filename", "voice", "latitude", "longitude")
                    if name in found
                }
                heard(kind, **who, **shown, place=found.get("name"), media_id=found.get("id"))
        return 200


def _id(answer: dict[str, Any]) -> str:
    if "error" in answer:
        raise Refused(answer["error"]["code"], "the API's JSON")
    return str(answer["messages"][0]["id"])


if __name__ == "__main__":
    logging.disable()  # it logs every refusal, and some steps want one
    driver = Driver(introduced())
    # heyoo answers no challenge, so the receiver does.
    serve(driver.steps(), hears=HEARS, webhook=listen(lambda query: (query["hub.challenge"], 200), driver.update))
