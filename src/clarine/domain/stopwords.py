"""STOP and START as people write them, in six languages and in Latin letters for Hindi and Urdu.

Only a message that says nothing else counts. Words that people also answer a bot with (cancel, end, quit, para, alto)
are left out: who is misread loses messages without having asked for it.
"""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

_CHARACTERS_MAX: Final = 64
_REPEATS_MAX: Final = 5

_STOP = """
stop; stop please; please stop; stop all; stopall; stop messages; stop messaging me; stop sending; unsubscribe;
unsubscribe me; opt out; optout; no more messages
arrêt; arrêter; arrête; arrêtez; stop svp; stop s'il vous plaît; désabonner; désabonnement; me désabonner; désinscrire;
désinscription; me désinscrire; plus de messages
बंद; बंद करो; बंद करें; बंद कर दो; बंद कर दीजिए; बंद कीजिए; बन्द करो; बन्द करें; संदेश बंद करो; संदेश बंद करें; मैसेज बंद करो; रोको; रोकें;
रोक दो; मत भेजो; संदेश मत भेजो; मैसेज मत भेजो; स्टॉप; सदस्यता समाप्त करें
band karo; band kro; band karen; band karein; band kare; band kar do; band kardo; bandh karo; bund karo; roko; rok do;
mat bhejo; message mat bhejo; message band karo; messages band karo; paigham band karo
بند; بند کرو; بند کریں; بند کر دو; بند کردو; بند کر دیں; بند کردیں; پیغام بند کرو; پیغام بند کریں; پیغامات بند کریں;
میسج بند کرو; میسج بند کریں; روکو; روکیں; روک دو; روک دیں; مت بھیجو; مت بھیجیں; سٹاپ; اسٹاپ
parar; pare; parem; sair; descadastrar; descadastrar-me; me descadastre; cancelar inscrição; cancelar assinatura;
não quero mais mensagens; chega de mensagens
baja; darme de baja; dar de baja; dame de baja; quiero darme de baja; detener; detente; parar mensajes;
cancelar suscripción; no más mensajes; no quiero más mensajes
"""

_RESUME = """
start; start please; please start; unstop; resume; subscribe; resubscribe; opt in; optin; start again
reprendre; démarrer; redémarrer; recommencer; réabonner; me réabonner; réabonnement; réactiver
शुरू; शुरू करो; शुरू करें; शुरु करो; शुरु करें; शुरू कर दो; फिर से शुरू करो; फिर से शुरू करें; चालू; चालू करो; चालू करें; स्टार्ट
shuru karo; shuru kro; shuru karen; shuru karein; shuru kare; phir se shuru karo; dobara shuru karo; chalu karo;
chalu karen; chaalu karo
شروع; شروع کرو; شروع کریں; شروع کر دو; شروع کر دیں; دوبارہ شروع کرو; دوبارہ شروع کریں; پھر سے شروع کریں; چالو کرو;
چالو کریں; سٹارٹ; اسٹارٹ
iniciar; retomar; recomeçar; reativar; quero receber mensagens
alta; darme de alta; reanudar; reactivar; quiero recibir mensajes
"""

# The same letters in the Arabic and the Urdu keyboard, and the two ways to type them.
_SAME_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ", "ة": "ہ", "’": None, "'": None})


def stop_or_start(text: str) -> Literal["stop", "resume"] | None:
    """Whether *text*, taken whole, asks to stop or to resume messages; None when it says anything else.

    Letter case, accents, punctuation, emoji, invisible characters and repetition do not matter.
    """
    if len(text) > _CHARACTERS_MAX:
        return None
    said = _plain(text)
    if said in _STOP_SAID:
        return "stop"
    return "resume" if said in _RESUME_SAID else None


def _plain(text: str) -> str:
    """The words of *text*: letters, vowel signs and digits, case-folded, without accents, said once."""
    # Letters first come together, so that one letter in two encodings is one; then accents come off.
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SAME_LETTERS)
    words = "".join(_kept(character) for character in unicodedata.normalize("NFKD", folded)).split()
    for size in range(1, len(words) // 2 + 1):
        repeats, rest = divmod(len(words), size)
        if rest == 0 and repeats <= _REPEATS_MAX and words == words[:size] * repeats:
            words = words[:size]
            break
    return " ".join(words)


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    accent = "\u0300" <= character <= "\u036f" or "\u064b" <= character <= "\u065f" or character == "\u0670"
    if accent or category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character if category[0] in "LMN" else " "


def _said(phrases: str) -> frozenset[str]:
    return frozenset(_plain(phrase) for phrase in phrases.replace("\n", ";").split(";") if phrase.strip())


_STOP_SAID: Final = _said(_STOP)
_RESUME_SAID: Final = _said(_RESUME)
