"""Flows that are right, for tests to send and to break."""

from __future__ import annotations

from typing import Any

#: A vet's visit, asked for on two screens without an endpoint; it has every component that takes an answer.
VISIT: dict[str, Any] = {
    "version": "6.0",
    "screens": [
        {
            "id": "ANIMAL",
            "title": "Which animal?",
            "data": {"herd": {"type": "array", "__example__": [{"id": "c1", "title": "Gauri"}]}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextHeading", "text": "Ask for a visit"},
                    {"type": "TextBody", "text": "The vet comes to your farm.", "font-weight": "bold"},
                    {
                        "type": "Dropdown",
                        "name": "animal",
                        "label": "Animal",
                        "required": True,
                        "data-source": "${data.herd}",
                    },
                    {
                        "type": "TextInput",
                        "name": "age",
                        "label": "Age in years",
                        "input-type": "number",
                        "required": True,
                    },
                    {"type": "TextArea", "name": "signs", "label": "What do you see?", "required": False},
                    {
                        "type": "Footer",
                        "label": "Next",
                        "on-click-action": {
                            "name": "navigate",
                            "next": {"type": "screen", "name": "VISIT"},
                            "payload": {"animal": "${form.animal}", "age": "${form.age}", "signs": "${form.signs}"},
                        },
                    },
                ],
            },
        },
        {
            "id": "VISIT",
            "title": "When?",
            "terminal": True,
            "data": {
                "animal": {"type": "string", "__example__": "c1"},
                "age": {"type": "string", "__example__": "4"},
                "signs": {"type": "string", "__example__": "limps"},
            },
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "Form",
                        "name": "visit",
                        "children": [
                            {"type": "DatePicker", "name": "day", "label": "Day", "required": True},
                            {
                                "type": "RadioButtonsGroup",
                                "name": "time",
                                "label": "Time",
                                "required": True,
                                "data-source": [
                                    {"id": "am", "title": "Morning"},
                                    {"id": "pm", "title": "Afternoon", "description": "After milking"},
                                ],
                            },
                            {
                                "type": "CheckboxGroup",
                                "name": "extras",
                                "label": "Also",
                                "required": False,
                                "data-source": [
                                    {"id": "hooves", "title": "Hooves"},
                                    {"id": "blood", "title": "Blood test"},
                                ],
                            },
                            {"type": "OptIn", "name": "agree", "label": "I pay at the visit", "required": True},
                            {
                                "type": "Footer",
                                "label": "Ask",
                                "on-click-action": {
                                    "name": "complete",
                                    "payload": {
                                        "animal": "${data.animal}",
                                        "age": "${data.age}",
                                        "day": "${form.day}",
                                        "time": "${form.time}",
                                        "extras": "${form.extras}",
                                        "agree": "${form.agree}",
                                    },
                                },
                            },
                        ],
                    }
                ],
            },
        },
    ],
}

#: A booking whose screens come from an endpoint.
BOOKING: dict[str, Any] = {
    "version": "6.0",
    "data_api_version": "3.0",
    "routing_model": {"DAY": ["SLOT"], "SLOT": []},
    "screens": [
        {
            "id": "DAY",
            "title": "Day",
            "data": {"first_day": {"type": "string", "__example__": "2026-11-20"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "DatePicker",
                        "name": "day",
                        "label": "Day",
                        "min-date": "${data.first_day}",
                        "required": True,
                    },
                    {
                        "type": "Footer",
                        "label": "Next",
                        "on-click-action": {"name": "data_exchange", "payload": {"day": "${form.day}"}},
                    },
                ],
            },
        },
        {
            "id": "SLOT",
            "title": "Time",
            "terminal": True,
            "success": True,
            "data": {"slots": {"type": "array", "__example__": [{"id": "9", "title": "09:00"}]}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "RadioButtonsGroup",
                        "name": "slot",
                        "label": "Time",
                        "data-source": "${data.slots}",
                        "required": True,
                    },
                    {
                        "type": "Footer",
                        "label": "Book",
                        "on-click-action": {"name": "data_exchange", "payload": {"slot": "${form.slot}"}},
                    },
                ],
            },
        },
    ],
}
