"""STOP is heard in every language of the house, and never where it was not said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarine.domain.stopwords import stop_or_start


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop", " Stop. ", "stop!!!", "🛑 stop 🛑", "„Stop“", "S\u200btop", "ＳＴＯＰ", "STOP STOP STOP",
        "*stop*", "Please stop", "stop all", "UNSUBSCRIBE", "opt-out", "Stop\n", "stop👍🏽", "stop ❤️",
        "Arrêt", "ARRETER", "arre\u0302tez", "Désabonner", "stop s’il vous plaît", "me désinscrire",
        "बंद करो", "बंद करें।", "रोको", "संदेश बंद करें", "स्टॉप", "band karo", "Band Kar Do", "mat bhejo",
        "بند کریں", "بند كرو", "بند کر دیں۔", "روکو", "پیغام بند کریں", "سٹاپ",
        "PARAR", "Sair", "descadastrar-me", "cancelar inscrição", "CANCELAR INSCRICAO",
        "BAJA", "Darme de baja", "detener", "cancelar suscripción", "¡No más mensajes!",
    ],
)  # fmt: skip
def test_stop_is_heard(text: str) -> None:
    assert stop_or_start(text) == "stop"


@pytest.mark.parametrize(
    "text",
    ["START", "start.", "Resume", "opt in", "unstop", "reprendre", "Réabonner", "शुरू करें", "चालू करो", "shuru karo",
     "شروع کریں", "دوبارہ شروع کریں", "retomar", "RECOMEÇAR", "alta", "reanudar"],
)  # fmt: skip
def test_start_is_heard(text: str) -> None:
    assert stop_or_start(text) == "resume"


@pytest.mark.parametrize(
    "text",
    ["please stop by tomorrow", "stop at the next barn", "bus stop", "don't stop", "Where do I start?",
     "start the engine", "", "   ", "👍", "🛑", "stopp", "nonstop", "cancel", "end", "quit", "no",
     "arrêt de bus demain", "la vaca está de baja",
     "दुकान बंद है", "दरवाज़ा बंद करो जल्दी", "دکان بند ہے", "para", "parar o trator", "the band played", "band", "alto",
     "stop " * 50, "s t o p", "stop start"],
)  # fmt: skip
def test_other_messages_are_left_alone(text: str) -> None:
    assert stop_or_start(text) is None


@given(st.text(max_size=12))
def test_any_text_around_other_words_is_never_taken_for_stop(text: str) -> None:
    assert stop_or_start(f"cow {text} barn") is None


@given(st.sampled_from(["stop", "बंद करो", "بند کریں", "arrêt"]), st.text("!?. \u200d🛑…-", max_size=5))
def test_punctuation_around_stop_does_not_hide_it(word: str, noise: str) -> None:
    assert stop_or_start(noise + word + noise) == "stop"
