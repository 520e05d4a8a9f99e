"""pywa 4.5.0 and 3.9.0: told where the API is by its session's base URL, or not told at all and led there by a proxy."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pywa
from pywa import errors
from pywa.client import WhatsApp
from pywa.types import templates as forms
from pywa.types.callback import Button, Section, SectionList, SectionRow, URLButton
from pywa.types.others import Contact

from tests.clients.drivers.pywa_hearing import HEARS, hear
from tests.clients.drivers.pywa_rare import rare
from tests.clients.drivers.speaking import Acting, Given, Refused, introduced, listen, serve

ENGLISH = forms.TemplateLanguage.ENGLISH_US
#: Before 4.0 the account was called otherwise, and users had no id of their own.
IS_4 = pywa.__version__.startswith("4.")


class Driver:
    """One method per step, in groups as pywa's documentation has them."""

    def __init__(self, acting: Acting) -> None:
        self.acting = acting
        self.client = self.of_token(acting.token)

    def of_token(self, token: str) -> Any:
        """A client; the two versions name the account differently."""
        acting = self.acting
        account = {"waba_id" if IS_4 else "business_account_id": acting.waba}
        client: Any = WhatsApp(
            phone_id=acting.phone_number_id,
            token=token,
            app_id=acting.app_id,
            app_secret=acting.app_secret,
            verify_token=acting.verify_token,
            server=None,
            **account,  # type: ignore[arg-type]
        )
        if acting.base:
            client.api._session.base_url = f"{acting.base}/v25.0"
        return client

    def file(self, name: str) -> Path:
        """A file to send."""
        return Path(self.acting.folder) / name

    def steps(self) -> dict[str, Callable[[Given], Any]]:
        """What pywa offers of what the run knows."""
        found = self._messages() | self._media() | self._templates() | self._account() | self._errors()
        found |= rare(self.client, self.acting, is_4=IS_4)
        return {name: _telling(step) for name, step in found.items()}

    def _messages(self) -> dict[str, Callable[[Given], Any]]:
        client, to, acting = self.client, self.acting.to, self.acting
        rows = SectionList("Choose", [Section("Sizes", [SectionRow("One litre", "row-1", "fresh")])])
        card = Contact(
            name=Contact.Name(formatted_name="Ann Vet", first_name="Ann"),
            phones=[Contact.Phone(phone="+16505550100", type="WORK")],
        )
        found: dict[str, Callable[[Given], Any]] = {
            "text": lambda given: client.send_message(to, given["text"], tracker=given.get("tracker")).id,
            "preview": lambda _: client.send_message(to, "See https://farm.example/", preview_url=True).id,
            "nobody": lambda _: client.send_message(acting.nobody, "Is anyone there?").id,
            "image": lambda _: client.send_image(to, self.file("picture.png"), caption="A cow").id,
            "image_link": lambda _: client.send_image(to, acting.link, caption="From a link").id,
            "video": lambda _: client.send_video(to, self.file("film.mp4"), caption="A film").id,
            "audio": lambda _: client.send_voice(to, self.file("voice.ogg"), mime_type="audio/ogg").id,
            "document": lambda _: client.send_document(to, self.file("paper.pdf"), "paper.pdf", "A paper").id,
            "sticker": lambda _: client.send_sticker(to, self.file("sticker.webp"), mime_type="image/webp").id,
            "location": lambda _: client.send_location(to, 1.5, 2.5, "Barn", "Lane 1").id,
            "contacts": lambda _: client.send_contact(to, card).id,
            "reaction": lambda given: client.send_reaction(to, "👍", given["message_id"]).id,
            "reaction_back": lambda given: client.remove_reaction(to, given["message_id"]).id,
            "reply": lambda given: client.send_message(to, "An answer", reply_to_message_id=given["message_id"]).id,
            "buttons": lambda _: client.send_message(to, "Fresh milk?", None, "Farm", [Button("Yes", "yes")]).id,
            "buttons_image": lambda _: client.send_image(
                to, self.file("picture.png"), "This one?", buttons=[Button("Yes", "yes")]).id,
            "list": lambda _: client.send_message(to, "How much?", "Milk", "Farm", rows).id,
            "cta_url": lambda _: client.send_message(to, "Our farm", buttons=URLButton("Visit", "https://farm.example/")).id,
            "read": lambda given: bool(client.mark_message_as_read(given["message_id"])),
            "typing": lambda given: bool(client.indicate_typing(given["message_id"])),
        }  # fmt: skip
        if IS_4:
            found["text_user_id"] = lambda _: client.send_message(acting.user_id, "By user id").id
        return found

    def _media(self) -> dict[str, Callable[[Given], Any]]:
        client = self.client

        def down(given: Given) -> str:
            return sha256(client.get_media_bytes(url=client.get_media_url(given["media_id"]).url)).hexdigest()

        return {
            "media_up": lambda _: client.upload_media(self.file("picture.png")).id,
            "media_down": down,
            "media_delete": lambda given: bool(client.delete_media(given["media_id"])),
        }

    def _templates(self) -> dict[str, Callable[[Given], Any]]:
        client, to = self.client, self.acting.to
        body: Any = forms.BodyText("Hello {{1}}, your order {{2}} is ready.", "Ann", "A-1")
        order = forms.Template(
            name="order_ready",
            language=ENGLISH,
            category=forms.TemplateCategory.UTILITY,
            components=[body, forms.Buttons(buttons=[forms.QuickReplyButton(text="On my way")])],
        )
        filled = [body.params("Zoë", "A-17"), forms.QuickReplyButton.params(callback_data="coming", index=0)]
        changed: list[Any] = [forms.BodyText("Dear {{1}}, your order {{2}} is ready.", "Ann", "A-1")]
        return {
            "template": lambda _: client.send_template(to, "hello_world", ENGLISH, []).id,
            "template_filled": lambda _: client.send_template(to, "order_ready", ENGLISH, filled).id,
            "template_create": lambda _: _made(client.create_template(order)),
            "template_list": lambda _: sorted(each.name for each in client.get_templates()),
            "template_get": lambda given: client.get_template(given["template_id"]).name,
            "template_edit": lambda given: bool(client.update_template(given["template_id"], new_components=changed)),
            "template_delete": lambda given: bool(
                client.delete_template("order_ready", template_id=given["template_id"])),
        }  # fmt: skip

    def _account(self) -> dict[str, Callable[[Given], Any]]:
        client, acting = self.client, self.acting

        def subscribe_app(given: Given) -> bool:
            token = client.get_app_access_token(app_id=int(acting.app_id), app_secret=acting.app_secret)
            fields = ("messages", "message_template_status_update", "user_preferences")
            return bool(
                client.set_app_callback_url(int(acting.app_id), token, given["url"], acting.verify_token, fields)
            )

        def profile(_: Given) -> list[Any]:
            client.update_business_profile(about="Milk", websites=["https://farm.example/"])
            found = client.get_business_profile()
            return [found.about, list(found.websites)]

        return {
            "app_token": lambda _: bool(client.get_app_access_token(int(acting.app_id), acting.app_secret)),
            "subscribe_app": subscribe_app,
            "subscribe_waba": lambda given: bool(client.override_waba_callback_url(given["url"], acting.verify_token)),
            "unsubscribe_waba": lambda _: bool(client.delete_waba_callback_url()),
            "subscribe_phone": lambda given: bool(
                client.override_phone_callback_url(given["url"], acting.verify_token)
            ),
            "unsubscribe_phone": lambda _: bool(client.delete_phone_callback_url()),
            "number": lambda _: client.get_business_phone_number().verified_name,
            "numbers": lambda _: [each.verified_name for each in client.get_business_phone_numbers()],
            "account": lambda _: client.get_business_account().id,
            "profile": profile,
            "block": lambda _: len(client.block_users([acting.to]).added_users),
            "block_list": lambda _: len(list(client.get_blocked_users())),
            "unblock": lambda _: len(client.unblock_users([acting.to]).removed_users),
        }

    def _errors(self) -> dict[str, Callable[[Given], Any]]:
        client, to = self.client, self.acting.to
        return {
            "error_template": _raising(
                errors.TemplateNotExists, lambda: client.send_template(to, "nothing", ENGLISH, [])
            ),
            "error_recipient": _raising(errors.InvalidParameter, lambda: client.send_message("12", "x")),
            "error_token": _raising(errors.ExpiredAccessToken, lambda: self.of_token("EAAwrong").send_message(to, "x")),
            "error_link": lambda _: client.send_image(to, f"{self.acting.link}.gone").id,
        }

    def challenge(self, query: dict[str, str]) -> tuple[str, int]:
        """pywa's own answer to the challenge."""
        answer, status = self.client.webhook_challenge_handler(
            query.get("hub.verify_token"), query.get("hub.challenge")
        )
        return answer or "", status

    def update(self, body: bytes, headers: dict[str, str]) -> int:
        """pywa's own check of the signature, then its handlers."""
        signature = headers.get("X-Hub-Signature-256")
        if not IS_4:
            return int(self.client.webhook_update_handler(body, hmac_header=signature)[1])
        wrong = self.client.webhook_update_validator(body, signature)
        return int(wrong[1] if wrong is not None else self.client.webhook_update_handler(body)[1])


def _made(template: Any) -> dict[str, str]:
    return {"id": template.id, "status": template.status.value}


def _telling(step: Callable[[Given], Any]) -> Callable[[Given], Any]:
    """*step*, whose errors of the API are told as refusals."""

    def told(given: Given) -> Any:
        try:
            return step(given)
        except (errors.WhatsAppError, ValueError) as error:
            refusal = error if isinstance(error, errors.WhatsAppError) else error.__cause__
            if not isinstance(refusal, errors.WhatsAppError):
                raise
            code = getattr(refusal, "code", None) or refusal.error_code  # type: ignore[attr-defined]
            raise Refused(int(code), type(refusal).__name__) from error

    return told


def _raising(kind: type[Exception], call: Callable[[], Any]) -> Callable[[Given], Any]:
    """A step that must raise exactly *kind*."""

    def raised(_: Given) -> Any:
        try:
            return call()
        except kind:
            raise
        except errors.WhatsAppError as error:
            raise AssertionError(f"{type(error).__name__} instead of {kind.__name__}: {error}") from error

    return raised


if __name__ == "__main__":
    driver = Driver(introduced())
    hear(driver.client, is_4=IS_4)
    serve(
        driver.steps(),
        hears=[*HEARS, "user_id", "contact_answer", "card_answer"] if IS_4 else HEARS,
        webhook=listen(driver.challenge, driver.update),
    )
