"""Hindi as it is spoken on a farm."""

from clarine_herd.kinds import Kind
from clarine_herd.words.catalogue import Catalogue, Reason, Said

HINDI = Catalogue(
    code="hi",
    locale="hi_IN",
    right_to_left=False,
    zero="०",
    alerts={
        Kind.HEAT: Said(
            "गाय {animal} {start} से शायद गर्मी (हीट) में है।",
            "{from_} से {to} के बीच गर्भाधान कराएँ, सबसे अच्छा समय {best_from} से {best_to}। "
            "पहले उसे देख लें: क्या वह चढ़ने देती है, क्या साफ़ लार जैसा स्राव है?",
        ),
        Kind.HEAT_TOO_EARLY: Said(
            "गाय {animal} में {start} से गर्मी जैसी हलचल है, ब्याने के {days} दिन बाद।",
            "गर्भाधान के लिए अभी जल्दी है: तारीख़ लिख लें, अगली गर्मी १८ से २४ दिन में आएगी।",
        ),
        Kind.HEAT_IN_PREGNANCY: Said(
            "गाय {animal} गाभिन लिखी है, पर {start} से उसमें गर्मी जैसी हलचल है।",
            "सबसे पहले गर्भ की जाँच कराएँ।",
        ),
        Kind.ILLNESS: Said(
            "गाय {animal} पिछले १२ घंटों में अपने सामान्य से {percent}% कम चली है।",
            "उसे अभी देखें: बुख़ार नापें, चारा और थन देखें; ब्याए ६० दिन से कम हुए हों तो कीटोसिस की जाँच करें। "
            "बुख़ार हो या खाती न हो तो पशु चिकित्सक को बुलाएँ।",
        ),
        Kind.SILENT_COLLAR: Said(
            "गाय {animal} का पट्टा {start} से चुप है।",
            "देखें कि पट्टा गले में है और गाय दायरे के भीतर है।",
        ),
        Kind.GATEWAY: Said(
            "आधे पट्टे {start} पर एक साथ चुप हो गए।",
            "गेटवे की बिजली और नेटवर्क देखें। तब तक चुप पट्टों की ख़बर अलग-अलग नहीं दी जाएगी।",
        ),
    },
    reasons={
        Reason.NORMAL: "गाय बिल्कुल ठीक है",
        Reason.OTHER_CAUSE: "बात कुछ और है",
        Reason.MOVED: "जगह बदली या पकड़ा गया",
        Reason.COLLAR: "पट्टा ढीला या बदला हुआ",
        Reason.WRONG_ANIMAL: "यह गाय नहीं",
        Reason.UNKNOWN: "पता नहीं",
    },
    why="क्यों?",
    true="सही है",
    not_true="सही नहीं",
    ask_reason="बताने के लिए धन्यवाद। गाय {animal} की असल बात क्या थी?",
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
    caption="गाय {animal}: रेखा उसकी हलचल है, पट्टी बताती है कि दिन के उस समय उसके लिए क्या सामान्य है।",
    caption_window="रंगा हुआ भाग वही है जिसकी हमने सूचना दी।",
    source="स्रोत: {cites}",
    chart_title="गाय {animal}",
    chart_activity="उसकी हलचल",
    chart_index="हलचल सूचकांक",
    chart_normal="उसके लिए सामान्य",
    chart_alert="हमारी सूचना",
    chart_unit="२ घंटे की हलचल",
    status="पिछले १२ घंटों में {animals} में से {heard} पशुओं की ख़बर मिली।",
    open_alerts="चालू सूचनाएँ: {count}।",
    no_cow="हम गाय {animal} को नहीं जानते।",
    cow_now="गाय {animal}, आख़िरी ख़बर {start}।",
    help="लिखें: हाल · गाय 1217 · मदद · बंद। सूचना के नीचे “क्यों?”, “सही है” या “सही नहीं” दबाएँ।",
    stopped="अब सूचनाएँ नहीं आएँगी। फिर पाने के लिए “शुरू” लिखें।",
    started="फिर स्वागत है। सूचनाएँ चालू हैं।",
    words={
        "हाल": "status",
        "स्थिति": "status",
        "गाय": "cow",
        "भैंस": "cow",
        "मदद": "help",
        "बंद": "stop",
        "शुरू": "start",
    },
)
