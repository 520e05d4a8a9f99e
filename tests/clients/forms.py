"""What the play files besides the clients' own: a form of one screen, and the templates that some steps need."""

from __future__ import annotations

from typing import Any, Final

#: Flow JSON: one question, answered at once.
FORM: Final[dict[str, Any]] = {
    "version": "7.0",
    "screens": [
        {
            "id": "MILK",
            "title": "Milk",
            "terminal": True,
            "success": True,
            "data": {},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "TextInput",
                        "name": "litres",
                        "label": "Litres",
                        "input-type": "number",
                        "required": True,
                    },
                    {
                        "type": "Footer",
                        "label": "Order",
                        "on-click-action": {"name": "complete", "payload": {"litres": "${form.litres}"}},
                    },
                ],
            },
        }
    ],
}

ORDER_READY: Final[dict[str, Any]] = {
    "name": "order_ready",
    "language": "en_US",
    "category": "UTILITY",
    "components": [
        {"type": "BODY", "text": "Hello {{1}}, your order {{2}} is ready.", "example": {"body_text": [["Ann", "A-1"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "On my way"}]},
    ],
}

SPRING_SALE: Final[dict[str, Any]] = {
    "name": "spring_sale",
    "language": "en_US",
    "category": "MARKETING",
    "components": [{"type": "BODY", "text": "Fresh milk at half the price, until Sunday."}],
}
