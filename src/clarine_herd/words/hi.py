"""Hindi as it is spoken on a farm."""

from clarine_herd.kinds import Kind
from clarine_herd.words.catalogue import Catalogue, Reason, Said
from clarine_herd.words.chat_hi import CHAT
from clarine_herd.words.page_hi import PAGE
from clarine_herd.words.paper import HINDI as HINDI_PAPER

HINDI = Catalogue(
    code="hi",
    locale="hi_IN",
    right_to_left=False,
    zero="०",
    species={"cattle": ("गाय", "गाय"), "buffalo": ("भैंस", "भैंस")},
    today="आज",
    tomorrow="कल",
    within="{day} {from_} से {to} के बीच",
    across="{from_day} {from_} से {to_day} {to} के बीच",
    herd="झुंड",
    heat_best="गर्भाधान का सबसे अच्छा समय {best}।",
    kinds={
        Kind.HEAT: "गर्मी",
        Kind.HEAT_AGAIN: "फिर गर्मी",
        Kind.HEAT_TOO_EARLY: "बहुत जल्दी गर्मी",
        Kind.HEAT_IN_PREGNANCY: "गाभिन में गर्मी",
        Kind.CALVING: "ब्याना",
        Kind.CALVING_DUE: "ब्याने की तारीख़",
        Kind.ILLNESS: "बीमारी",
        Kind.FEVER: "बुख़ार",
        Kind.LAMENESS: "चाल",
        Kind.HEAT_STRESS: "गर्मी का तनाव",
        Kind.HEAT_STRESS_STRONG: "तेज़ गर्मी का तनाव",
        Kind.HEAT_STRESS_SEVERE: "ख़तरनाक गर्मी",
        Kind.NO_MOVEMENT: "हलचल नहीं",
        Kind.OUTSIDE: "बाड़ के बाहर",
        Kind.SILENT_COLLAR: "चुप पट्टा",
        Kind.LOOSE_COLLAR: "ढीला पट्टा",
        Kind.BATTERY: "बैटरी",
        Kind.GATEWAY: "गेटवे",
        Kind.GROUP_RESTLESS: "बेचैन समूह",
        Kind.GROUP_QUIET: "सुस्त समूह",
    },
    alerts={
        Kind.HEAT: Said(
            "{Cow} {animal} {start} से शायद गर्मी (हीट) में है।",
            "गर्भाधान का सबसे अच्छा समय {best}; {window} भी हो सकता है। "
            "पहले उसे देख लें: क्या वह चढ़ने देती है, क्या साफ़ लार जैसा स्राव है?",
        ),
        Kind.HEAT_AGAIN: Said(
            "{Cow} {animal} गर्भाधान के {days} दिन बाद {start} से फिर गर्मी में है: शायद गर्भ नहीं ठहरा।",
            "दोबारा गर्भाधान का सबसे अच्छा समय {best}; {window} भी हो सकता है। तीसरी बार हो तो पशु चिकित्सक को दिखाएँ।",
        ),
        Kind.HEAT_TOO_EARLY: Said(
            "{Cow} {animal} में {start} से गर्मी जैसी हलचल है, ब्याने के {milk_days} दिन बाद।",
            "गर्भाधान के लिए अभी जल्दी है: तारीख़ लिख लें, अगली गर्मी १८ से २४ दिन में आएगी।",
        ),
        Kind.HEAT_IN_PREGNANCY: Said(
            "{Cow} {animal} गाभिन लिखी है, पर {start} से उसमें गर्मी जैसी हलचल है।",
            "हो सकता है गर्भ गिर गया हो: सबसे पहले गर्भ की जाँच कराएँ।",
        ),
        Kind.CALVING: Said(
            "{Cow} {animal} शायद एक दिन के भीतर ब्याएगी: वह बेचैन है, या कम जुगाली करती और बार-बार बैठती है।",
            "उसे साफ़ बाड़े में ले जाएँ और हर ३ घंटे पर देखें। पानी की थैली के २ घंटे बाद भी बात न बढ़े तो पशु चिकित्सक को बुलाएँ।",
        ),
        Kind.CALVING_DUE: Said(
            "{Cow} {animal} के ब्याने में {days} दिन हैं।",
            "साफ़ और सूखा बाड़ा तैयार करके उसे वहाँ रखें।",
        ),
        Kind.ILLNESS: Said(
            "{Cow} {animal} पिछले १२ घंटों में अपने सामान्य से {percent}% कम चली या जुगाली की है।",
            "उसे अभी देखें: बुख़ार नापें, चारा और थन देखें; ब्याए ६० दिन से कम हुए हों तो कीटोसिस की जाँच करें। "
            "बुख़ार हो या खाती न हो तो पशु चिकित्सक को बुलाएँ।",
        ),
        Kind.FEVER: Said(
            "{Cow} {animal} का शरीर {start} से अपने सामान्य से {degrees} °C ज़्यादा गर्म है।",
            "हाथ से बुख़ार नापें; थन, साँस और बच्चेदानी देखें। ३९.५ °C या ऊपर हो तो पशु चिकित्सक को बुलाएँ।",
        ),
        Kind.LAMENESS: Said(
            "{Cow} {animal} चार दिन से अपने सामान्य से कम चलती या ज़्यादा बैठती है।",
            "समतल ज़मीन पर उसकी चाल देखें और खुर जाँचें; ज़रूरत हो तो खुर कटवाएँ। अकेला पट्टा नहीं बता सकता कि वह लँगड़ी है या नहीं।",
        ),
        Kind.HEAT_STRESS: Said(
            "झुंड के लिए मौसम बहुत गर्म हो रहा है: {start} से ताप-नमी सूचकांक {index} है।",
            "देखें कि हर पशु को छाया और पानी पास में मिले।",
        ),
        Kind.HEAT_STRESS_STRONG: Said(
            "तेज़ गर्मी का तनाव: {start} से ताप-नमी सूचकांक {index} है।",
            "छाया, पानी, और ११:०० से १६:०० तक पंखे व फुहारे चलाएँ; चारा और गर्भाधान ठंडे समय में।",
        ),
        Kind.HEAT_STRESS_SEVERE: Said(
            "ख़तरनाक गर्मी: {start} से ताप-नमी सूचकांक {index} है।",
            "अभी पानी और पंखे से ठंडा करें, उन्हें हाँकें नहीं; जो मुँह खोलकर हाँफे उसके लिए पशु चिकित्सक को बुलाएँ।",
        ),
        Kind.NO_MOVEMENT: Said(
            "{Cow} {animal} {start} से हिली नहीं है।",
            "अभी जाकर देखें: वह गिर गई या फँस गई हो सकती है। पट्टा ज़मीन पर मिले तो उसे ढूँढें।",
        ),
        Kind.OUTSIDE: Said(
            "{Cow} {animal} {start} से बाड़ के बाहर है।",
            "अभी जाकर देखें, और जहाँ से निकली वहाँ बाड़ जाँचें।",
        ),
        Kind.SILENT_COLLAR: Said(
            "{Cow} {animal} का पट्टा {start} से चुप है।",
            "देखें कि पट्टा गले में है और वह दायरे के भीतर है।",
        ),
        Kind.LOOSE_COLLAR: Said(
            "{Cow} {animal} का पट्टा {start} से घूम गया या ढीला है।",
            "ऐसे कसें कि सपाट हथेली नीचे जा सके; तब तक उसकी नाप भरोसे की नहीं।",
        ),
        Kind.BATTERY: Said(
            "{Cow} {animal} के पट्टे की बैटरी {share}% रह गई है।",
            "इसी हफ़्ते बदलें या चार्ज करें।",
        ),
        Kind.GATEWAY: Said(
            "आधे पट्टे {start} पर एक साथ चुप हो गए।",
            "गेटवे की बिजली और नेटवर्क देखें। तब तक चुप पट्टों की ख़बर अलग-अलग नहीं दी जाएगी।",
        ),
        Kind.GROUP_RESTLESS: Said(
            "{group} के {share}% पशु {start} से एक साथ बेचैन हैं।",
            "देखें क्या परेशान कर रहा है: कुत्ते, अजनबी, कीड़े, देर से मिला चारा। शांत होने तक एक-एक पशु की ख़बर नहीं दी जाएगी।",
        ),
        Kind.GROUP_QUIET: Said(
            "{group} के {share}% पशु {start} से एक साथ बहुत कम हिल रहे हैं।",
            "पहले पानी, चारा और गर्मी देखें; सब ठीक हो तो पशु चिकित्सक को बुलाएँ। तब तक एक-एक पशु की ख़बर नहीं दी जाएगी।",
        ),
    },
    reasons={
        Reason.NORMAL: "वह बिल्कुल ठीक है",
        Reason.OTHER_CAUSE: "बात कुछ और है",
        Reason.MOVED: "जगह बदली या पकड़ा गया",
        Reason.COLLAR: "पट्टा ढीला या बदला हुआ",
        Reason.WRONG_ANIMAL: "यह पशु नहीं",
        Reason.UNKNOWN: "पता नहीं",
    },
    why="क्यों?",
    true="सही है",
    not_true="सही नहीं",
    ask_reason="बताने के लिए धन्यवाद। {cow} {animal} की असल बात क्या थी?",
    ask_button="चुनें",
    thanks_true="लिख लिया। कुछ बदले तो ही फिर बताएँगे।",
    thanks_reason="धन्यवाद। हमें याद रहेगा: “{reason}”। इससे ग़लत सूचनाएँ घटेंगी।",
    too_old="वह सूचना अब हमारे पास नहीं है।",
    digest="आपका झुंड, {when}:",
    digest_more="और {count} बातें",
    digest_none="कुछ नया नहीं",
    template_alert="आपके झुंड की ख़बर: {{1}} क्या करें: {{2}} यह ख़बर {{3}} की है, क्लेरीन हर्ड से।",
    template_digest="आपका झुंड, {{1}}: {{2}} और जानने के लिए “हाल” लिखें।",
    template_example=("गाय 1217 सोम ०६:०० से शायद गर्मी में है।", "१८:०० से ०६:०० के बीच गर्भाधान कराएँ।", "सोम १०:००"),
    caption="{cow} {animal}: रेखा उसकी हलचल है, पट्टी बताती है कि दिन के उस समय उसके लिए क्या सामान्य है।",
    caption_window="रंगा हुआ भाग वही है जिसकी हमने सूचना दी।",
    source="स्रोत: {cites}",
    chart_title="{cow} {animal}",
    chart_activity="उसकी हलचल",
    chart_index="हलचल सूचकांक",
    chart_normal="उसके लिए सामान्य",
    chart_alert="हमारी सूचना",
    chart_unit="२ घंटे की हलचल",
    chat=CHAT,
    paper=HINDI_PAPER,
    page=PAGE,
)
