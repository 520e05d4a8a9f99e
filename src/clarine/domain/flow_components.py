"""The table of components that a flow's screen may hold, each with its properties and limits (Cloud API: Flows, components)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

PropertyKind = Literal["text", "flag", "number", "choice", "options", "action", "name", "children", "texts", "object"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property: *most* characters of a text or entries of a list (0: no limit); *among* the values of a choice."""

    kind: PropertyKind
    required: bool = False
    most: int = 0
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """One type of component; *most* of it on a screen (0: no limit)."""

    properties: Mapping[str, Property]
    is_input: bool = False
    most: int = 0


def _text(most: int = 0) -> Property:
    return Property("text", most=most)


def _must(found: Property) -> Property:
    return replace(found, required=True)


_FLAG: Final = Property("flag")
_NUMBER: Final = Property("number")
_NAME: Final = Property("name", required=True)
_WEIGHT: Final = Property("choice", among=("bold", "italic", "bold_italic", "normal"))
_MEDIA_SIZE: Final = Property("choice", among=("regular", "large"))
_VISIBLE: Final = {"visible": _FLAG}
_INPUT: Final = {**_VISIBLE, "name": _NAME, "enabled": _FLAG, "required": _FLAG}
_ERROR: Final = {"error-message": Property("texts", most=80)}
_WORDS: Final = {**_VISIBLE, "font-weight": _WEIGHT, "strikethrough": _FLAG, "markdown": _FLAG}
_SELECT: Final = {"on-select-action": Property("action"), "on-unselect-action": Property("action")}
_CLICK: Final = {"on-click-action": Property("action")}
_OPTIONS: Final = _must(Property("options", most=20))

#: Actions by the property that holds them; a Footer's button may do one more.
ACTIONS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "Footer.on-click-action": ("navigate", "complete", "data_exchange"),
    "on-click-action": ("navigate", "data_exchange", "open_url"),
    "on-select-action": ("data_exchange", "update_data"),
    "on-unselect-action": ("update_data",),
}

COMPONENTS: Final[Mapping[str, Component]] = {
    "TextHeading": Component({**_VISIBLE, "text": _must(_text(80))}),
    "TextSubheading": Component({**_VISIBLE, "text": _must(_text(80))}),
    "TextBody": Component({**_WORDS, "text": _must(Property("texts", most=4096))}),
    "TextCaption": Component({**_WORDS, "text": _must(Property("texts", most=4096))}),
    "Form": Component(
        {
            "name": _NAME,
            "children": Property("children", required=True),
            "init-values": Property("object"),
            "error-messages": Property("object"),
        }
    ),
    "TextInput": Component(
        {
            **_INPUT,
            **_ERROR,
            "label": _must(_text(20)),
            "label-variant": Property("choice", among=("large",)),
            "input-type": Property("choice", among=("text", "number", "email", "password", "passcode", "phone")),
            "pattern": _text(),
            "helper-text": _text(80),
            "min-chars": _NUMBER,
            "max-chars": _NUMBER,
            "init-value": _text(),
        },
        is_input=True,
    ),
    "TextArea": Component(
        {
            **_INPUT,
            **_ERROR,
            "label": _must(_text(20)),
            "label-variant": Property("choice", among=("large",)),
            "max-length": _NUMBER,
            "helper-text": _text(80),
            "init-value": _text(),
        },
        is_input=True,
    ),
    "CheckboxGroup": Component(
        {
            **_INPUT,
            **_ERROR,
            **_SELECT,
            "data-source": _OPTIONS,
            "label": _text(30),
            "description": _text(300),
            "min-selected-items": _NUMBER,
            "max-selected-items": _NUMBER,
            "media-size": _MEDIA_SIZE,
            "init-value": Property("object"),
        },
        is_input=True,
    ),
    "RadioButtonsGroup": Component(
        {
            **_INPUT,
            **_ERROR,
            **_SELECT,
            "data-source": _OPTIONS,
            "label": _text(30),
            "description": _text(300),
            "media-size": _MEDIA_SIZE,
            "init-value": _text(),
        },
        is_input=True,
    ),
    "Dropdown": Component(
        {
            **_INPUT,
            **_ERROR,
            **_SELECT,
            "data-source": Property("options", required=True, most=200),
            "label": _must(_text(20)),
            "init-value": _text(),
        },
        is_input=True,
    ),
    "DatePicker": Component(
        {
            **_INPUT,
            **_ERROR,
            "on-select-action": Property("action"),
            "label": _must(_text(40)),
            "helper-text": _text(80),
            "min-date": _text(),
            "max-date": _text(),
            "unavailable-dates": Property("object"),
            "init-value": _text(),
        },
        is_input=True,
    ),
    "OptIn": Component(
        {
            **_VISIBLE,
            **_CLICK,
            **_SELECT,
            "name": _NAME,
            "label": _must(_text(300)),
            "required": _FLAG,
            "init-value": _FLAG,
        },
        is_input=True,
        most=5,
    ),
    "EmbeddedLink": Component(
        {**_VISIBLE, "text": _must(_text(25)), "on-click-action": Property("action", required=True)}, most=2
    ),
    "Image": Component(
        {
            **_VISIBLE,
            "src": _must(_text()),
            "width": _NUMBER,
            "height": _NUMBER,
            "scale-type": Property("choice", among=("cover", "contain")),
            "aspect-ratio": _NUMBER,
            "alt-text": _text(),
        },
        most=3,
    ),
    "Footer": Component(
        {
            **_VISIBLE,
            "label": _must(_text(35)),
            "left-caption": _text(15),
            "center-caption": _text(15),
            "right-caption": _text(15),
            "enabled": _FLAG,
            "on-click-action": Property("action", required=True),
        },
        most=1,
    ),
}
