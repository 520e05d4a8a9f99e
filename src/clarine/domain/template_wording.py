"""The words that the platform itself writes in templates: all of an authentication message, and labels nobody chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wording:
    """The platform's sentences in one language; ``{{1}}`` is the code, ``{minutes}`` a number."""

    code: str
    do_not_share: str
    expires: str
    copy_code: str


_WORDING: Mapping[str, Wording] = {
    "en": Wording(
        "*{{1}}* is your verification code.",
        "For your security, do not share this code.",
        "This code expires in {minutes} minutes.",
        "Copy code",
    ),
    "fr": Wording(
        "*{{1}}* est votre code de vérification.",
        "Pour votre sécurité, ne le communiquez à personne.",
        "Ce code expire dans {minutes} minutes.",
        "Copier le code",
    ),
    "hi": Wording(
        "*{{1}}* आपका सत्यापन कोड है।",
        "सुरक्षा के लिए यह कोड किसी को न बताएँ।",
        "यह कोड {minutes} मिनट में समाप्त हो जाएगा।",
        "कोड कॉपी करें",
    ),
    "ur": Wording(
        "*{{1}}* آپ کا تصدیقی کوڈ ہے۔",
        "اپنی حفاظت کے لیے یہ کوڈ کسی کو نہ بتائیں۔",
        "یہ کوڈ {minutes} منٹ میں ختم ہو جائے گا۔",
        "کوڈ کاپی کریں",
    ),
    "pt": Wording(
        "*{{1}}* é o seu código de verificação.",
        "Para sua segurança, não compartilhe este código.",
        "Este código expira em {minutes} minutos.",
        "Copiar código",
    ),
    "es": Wording(
        "*{{1}}* es tu código de verificación.",
        "Por tu seguridad, no lo compartas.",
        "Este código caduca en {minutes} minutos.",
        "Copiar código",
    ),
}


def wording(language: str) -> Wording:
    """The platform's sentences in *language* (``ur`` or ``ur_PK``); English for a language that is not written yet."""
    return _WORDING.get(language.partition("_")[0].lower(), _WORDING["en"])


def with_platform_wording(component: Mapping[str, Any], language: str) -> dict[str, Any]:
    """*component* with the text that the platform writes, where the business may write none.

    An authentication BODY has no text of its own, its FOOTER only ``code_expiration_minutes``; OTP and COPY_CODE
    buttons may come without a label. Anything else, and a component that was completed before, stays as it is.
    """
    words = wording(language)
    found = dict(component)
    match str(found.get("type", "")).upper():
        case "BODY" if not found.get("text"):
            sentences = (words.code, words.do_not_share) if found.get("add_security_recommendation") else (words.code,)
            found["text"] = " ".join(sentences)
        case "FOOTER" if not found.get("text") and found.get("code_expiration_minutes"):
            found["text"] = words.expires.format(minutes=found["code_expiration_minutes"])
        case "BUTTONS":
            found["buttons"] = [_labelled(button, words) for button in found.get("buttons") or ()]
    return found


def _labelled(button: Mapping[str, Any], words: Wording) -> dict[str, Any]:
    if button.get("text") or str(button.get("type", "")).upper() not in ("OTP", "COPY_CODE"):
        return dict(button)
    return {**button, "text": words.copy_code}
