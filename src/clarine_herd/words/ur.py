"""Urdu as it is spoken on a farm; right to left, ids isolated."""

from clarine_herd.kinds import Kind
from clarine_herd.words.catalogue import Catalogue, Reason, Said

URDU = Catalogue(
    code="ur",
    locale="ur_PK",
    right_to_left=True,
    zero="۰",
    alerts={
        Kind.HEAT: Said(
            "گائے {animal} {start} سے غالباً گرمی (ہیٹ) میں ہے۔",
            "{from_} سے {to} کے درمیان ٹیکہ لگوائیں، بہترین وقت {best_from} سے {best_to}۔ "
            "پہلے اسے دیکھ لیں: کیا وہ چڑھنے دیتی ہے، کیا صاف رطوبت ہے؟",
        ),
        Kind.HEAT_TOO_EARLY: Said(
            "گائے {animal} میں {start} سے گرمی جیسی ہلچل ہے، بیانے کے {days} دن بعد۔",
            "ٹیکے کے لیے ابھی جلدی ہے: تاریخ لکھ لیں، اگلی گرمی ۱۸ سے ۲۴ دن میں آئے گی۔",
        ),
        Kind.HEAT_IN_PREGNANCY: Said(
            "گائے {animal} گابھن لکھی ہے مگر {start} سے اس میں گرمی جیسی ہلچل ہے۔",
            "سب سے پہلے حمل کی جانچ کروائیں۔",
        ),
        Kind.ILLNESS: Said(
            "گائے {animal} پچھلے ۱۲ گھنٹوں میں اپنے معمول سے {percent}٪ کم چلی ہے۔",
            "اسے ابھی دیکھیں: بخار ناپیں، چارہ اور تھن دیکھیں؛ بیائے ۶۰ دن سے کم ہوئے ہوں تو کیٹوسس کی جانچ کریں۔ "
            "بخار ہو یا کھاتی نہ ہو تو ڈاکٹر کو بلائیں۔",
        ),
        Kind.SILENT_COLLAR: Said(
            "گائے {animal} کا پٹہ {start} سے خاموش ہے۔",
            "دیکھیں کہ پٹہ گلے میں ہے اور گائے حد کے اندر ہے۔",
        ),
        Kind.GATEWAY: Said(
            "آدھے پٹے {start} پر ایک ساتھ خاموش ہو گئے۔",
            "گیٹ وے کی بجلی اور نیٹ ورک دیکھیں۔ تب تک خاموش پٹوں کی خبر الگ الگ نہیں دی جائے گی۔",
        ),
    },
    reasons={
        Reason.NORMAL: "گائے بالکل ٹھیک ہے",
        Reason.OTHER_CAUSE: "بات کچھ اور ہے",
        Reason.MOVED: "جگہ بدلی یا پکڑی گئی",
        Reason.COLLAR: "پٹہ ڈھیلا یا بدلا ہوا",
        Reason.WRONG_ANIMAL: "یہ گائے نہیں",
        Reason.UNKNOWN: "معلوم نہیں",
    },
    why="کیوں؟",
    true="درست ہے",
    not_true="درست نہیں",
    ask_reason="بتانے کا شکریہ۔ گائے {animal} کی اصل بات کیا تھی؟",
    ask_button="چنیں",
    thanks_true="لکھ لیا۔ کچھ بدلا تو ہی پھر بتائیں گے۔",
    thanks_reason="شکریہ۔ ہمیں یاد رہے گا: “{reason}”۔ اس سے غلط اطلاعیں کم ہوں گی۔",
    too_old="وہ اطلاع اب ہمارے پاس نہیں ہے۔",
    digest="آپ کا ریوڑ، {when}:",
    digest_more="اور {count} باتیں",
    digest_none="کچھ نیا نہیں",
    template_alert="آپ کے ریوڑ کی خبر: {{1}} کیا کریں: {{2}} یہ خبر {{3}} کی ہے، کلیرین ہرڈ سے۔",
    template_digest="آپ کا ریوڑ، {{1}}: {{2}} مزید جاننے کے لیے “حال” لکھیں۔",
    template_example=(
        "گائے 1217 پیر ۰۶:۰۰ سے غالباً گرمی میں ہے۔",
        "۱۸:۰۰ سے ۰۶:۰۰ کے درمیان ٹیکہ لگوائیں۔",
        "پیر ۱۰:۰۰",
    ),
    caption="گائے {animal}: لکیر اس کی ہلچل ہے، پٹی بتاتی ہے کہ دن کے اس وقت اس کے لیے معمول کیا ہے۔",
    caption_window="رنگا ہوا حصہ وہی ہے جس کی ہم نے اطلاع دی۔",
    source="ماخذ: {cites}",
    chart_title="گائے {animal}",
    chart_activity="اس کی ہلچل",
    chart_index="ہلچل کا اشاریہ",
    chart_normal="اس کے لیے معمول",
    chart_alert="ہماری اطلاع",
    chart_unit="۲ گھنٹوں کی ہلچل",
    status="پچھلے ۱۲ گھنٹوں میں {animals} میں سے {heard} جانوروں کی خبر ملی۔",
    open_alerts="جاری اطلاعیں: {count}۔",
    no_cow="ہم گائے {animal} کو نہیں جانتے۔",
    cow_now="گائے {animal}، آخری خبر {start}۔",
    help="لکھیں: حال · گائے 1217 · مدد · بند۔ اطلاع کے نیچے “کیوں؟”، “درست ہے” یا “درست نہیں” دبائیں۔",
    stopped="اب اطلاعیں نہیں آئیں گی۔ پھر پانے کے لیے “شروع” لکھیں۔",
    started="پھر خوش آمدید۔ اطلاعیں جاری ہیں۔",
    words={
        "حال": "status",
        "صورتحال": "status",
        "گائے": "cow",
        "بھینس": "cow",
        "مدد": "help",
        "بند": "stop",
        "شروع": "start",
    },
)
