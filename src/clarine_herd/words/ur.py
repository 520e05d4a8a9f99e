"""Urdu as it is spoken on a farm; right to left, ids isolated."""

from clarine_herd.kinds import Kind
from clarine_herd.words.catalogue import Catalogue, Reason, Said
from clarine_herd.words.chat_ur import CHAT
from clarine_herd.words.page_ur import PAGE
from clarine_herd.words.paper import URDU as URDU_PAPER

URDU = Catalogue(
    code="ur",
    locale="ur_PK",
    right_to_left=True,
    zero="۰",
    species={"cattle": ("گائے", "گائے"), "buffalo": ("بھینس", "بھینس")},
    today="آج",
    tomorrow="کل",
    within="{day} {from_} سے {to} کے درمیان",
    across="{from_day} {from_} سے {to_day} {to} کے درمیان",
    herd="ریوڑ",
    heat_best="ٹیکے کا بہترین وقت {best}۔",
    kinds={
        Kind.HEAT: "گرمی",
        Kind.HEAT_AGAIN: "پھر گرمی",
        Kind.HEAT_TOO_EARLY: "بہت جلدی گرمی",
        Kind.HEAT_IN_PREGNANCY: "حمل میں گرمی",
        Kind.CALVING: "بیانا",
        Kind.CALVING_DUE: "بیانے کی تاریخ",
        Kind.ILLNESS: "بیماری",
        Kind.FEVER: "بخار",
        Kind.LAMENESS: "چال",
        Kind.HEAT_STRESS: "گرمی کا دباؤ",
        Kind.HEAT_STRESS_STRONG: "سخت گرمی کا دباؤ",
        Kind.HEAT_STRESS_SEVERE: "خطرناک گرمی",
        Kind.NO_MOVEMENT: "حرکت نہیں",
        Kind.OUTSIDE: "باڑ کے باہر",
        Kind.SILENT_COLLAR: "خاموش پٹہ",
        Kind.LOOSE_COLLAR: "ڈھیلا پٹہ",
        Kind.BATTERY: "بیٹری",
        Kind.GATEWAY: "گیٹ وے",
        Kind.GROUP_RESTLESS: "بے چین گروہ",
        Kind.GROUP_QUIET: "سست گروہ",
    },
    alerts={
        Kind.HEAT: Said(
            "{Cow} {animal} {start} سے غالباً گرمی (ہیٹ) میں ہے۔",
            "ٹیکے کا بہترین وقت {best}؛ {window} بھی ممکن ہے۔ "
            "پہلے اسے دیکھ لیں: کیا وہ چڑھنے دیتی ہے، کیا صاف رطوبت ہے؟",
        ),
        Kind.HEAT_AGAIN: Said(
            "{Cow} {animal} ٹیکے کے {days} دن بعد {start} سے پھر گرمی میں ہے: غالباً حمل نہیں ٹھہرا۔",
            "دوبارہ ٹیکے کا بہترین وقت {best}؛ {window} بھی ممکن ہے۔ تیسری بار ہو تو ڈاکٹر کو دکھائیں۔",
        ),
        Kind.HEAT_TOO_EARLY: Said(
            "{Cow} {animal} میں {start} سے گرمی جیسی ہلچل ہے، بیانے کے {milk_days} دن بعد۔",
            "ٹیکے کے لیے ابھی جلدی ہے: تاریخ لکھ لیں، اگلی گرمی ۱۸ سے ۲۴ دن میں آئے گی۔",
        ),
        Kind.HEAT_IN_PREGNANCY: Said(
            "{Cow} {animal} گابھن لکھی ہے مگر {start} سے اس میں گرمی جیسی ہلچل ہے۔",
            "ہو سکتا ہے حمل ضائع ہو گیا ہو: سب سے پہلے حمل کی جانچ کروائیں۔",
        ),
        Kind.CALVING: Said(
            "{Cow} {animal} غالباً ایک دن کے اندر بیائے گی: وہ بے چین ہے، یا کم جگالی کرتی اور بار بار بیٹھتی ہے۔",
            "اسے صاف باڑے میں لے جائیں اور ہر ۳ گھنٹے بعد دیکھیں۔ پانی کی تھیلی کے ۲ گھنٹے بعد بھی بات نہ بڑھے تو ڈاکٹر کو بلائیں۔",
        ),
        Kind.CALVING_DUE: Said(
            "{Cow} {animal} کے بیانے میں {days} دن ہیں۔",
            "صاف اور خشک باڑا تیار کر کے اسے وہاں رکھیں۔",
        ),
        Kind.ILLNESS: Said(
            "{Cow} {animal} پچھلے ۱۲ گھنٹوں میں اپنے معمول سے {percent}٪ کم چلی یا جگالی کی ہے۔",
            "اسے ابھی دیکھیں: بخار ناپیں، چارہ اور تھن دیکھیں؛ بیائے ۶۰ دن سے کم ہوئے ہوں تو کیٹوسس کی جانچ کریں۔ "
            "بخار ہو یا کھاتی نہ ہو تو ڈاکٹر کو بلائیں۔",
        ),
        Kind.FEVER: Said(
            "{Cow} {animal} کا جسم {start} سے اپنے معمول سے {degrees} °C زیادہ گرم ہے۔",
            "ہاتھ سے بخار ناپیں؛ تھن، سانس اور بچہ دانی دیکھیں۔ ۳۹٫۵ °C یا زیادہ ہو تو ڈاکٹر کو بلائیں۔",
        ),
        Kind.LAMENESS: Said(
            "{Cow} {animal} چار دن سے اپنے معمول سے کم چلتی یا زیادہ بیٹھتی ہے۔",
            "ہموار زمین پر اس کی چال دیکھیں اور کھر جانچیں؛ ضرورت ہو تو کھر کٹوائیں۔ "
            "اکیلا پٹہ نہیں بتا سکتا کہ وہ لنگڑی ہے یا نہیں۔",
        ),
        Kind.HEAT_STRESS: Said(
            "ریوڑ کے لیے موسم بہت گرم ہو رہا ہے: {start} سے گرمی اور نمی کا اشاریہ {index} ہے۔",
            "دیکھیں کہ ہر جانور کو سایہ اور پانی قریب ملے۔",
        ),
        Kind.HEAT_STRESS_STRONG: Said(
            "سخت گرمی کا دباؤ: {start} سے گرمی اور نمی کا اشاریہ {index} ہے۔",
            "سایہ، پانی، اور ۱۱:۰۰ سے ۱۶:۰۰ تک پنکھے اور پھوار چلائیں؛ چارہ اور ٹیکہ ٹھنڈے وقت میں۔",
        ),
        Kind.HEAT_STRESS_SEVERE: Said(
            "خطرناک گرمی: {start} سے گرمی اور نمی کا اشاریہ {index} ہے۔",
            "ابھی پانی اور پنکھے سے ٹھنڈا کریں، انہیں ہانکیں نہیں؛ جو منہ کھول کر ہانپے اس کے لیے ڈاکٹر کو بلائیں۔",
        ),
        Kind.NO_MOVEMENT: Said(
            "{Cow} {animal} {start} سے ہلی نہیں ہے۔",
            "ابھی جا کر دیکھیں: وہ گر گئی یا پھنس گئی ہو سکتی ہے۔ پٹہ زمین پر ملے تو اسے ڈھونڈیں۔",
        ),
        Kind.OUTSIDE: Said(
            "{Cow} {animal} {start} سے باڑ کے باہر ہے۔",
            "ابھی جا کر دیکھیں، اور جہاں سے نکلی وہاں باڑ جانچیں۔",
        ),
        Kind.SILENT_COLLAR: Said(
            "{Cow} {animal} کا پٹہ {start} سے خاموش ہے۔",
            "دیکھیں کہ پٹہ گلے میں ہے اور وہ حد کے اندر ہے۔",
        ),
        Kind.LOOSE_COLLAR: Said(
            "{Cow} {animal} کا پٹہ {start} سے گھوم گیا یا ڈھیلا ہے۔",
            "ایسے کسیں کہ سیدھی ہتھیلی نیچے جا سکے؛ تب تک اس کی پیمائش بھروسے کی نہیں۔",
        ),
        Kind.BATTERY: Said(
            "{Cow} {animal} کے پٹے کی بیٹری {share}٪ رہ گئی ہے۔",
            "اسی ہفتے بدلیں یا چارج کریں۔",
        ),
        Kind.GATEWAY: Said(
            "آدھے پٹے {start} پر ایک ساتھ خاموش ہو گئے۔",
            "گیٹ وے کی بجلی اور نیٹ ورک دیکھیں۔ تب تک خاموش پٹوں کی خبر الگ الگ نہیں دی جائے گی۔",
        ),
        Kind.GROUP_RESTLESS: Said(
            "{group} کے {share}٪ جانور {start} سے ایک ساتھ بے چین ہیں۔",
            "دیکھیں کیا پریشان کر رہا ہے: کتے، اجنبی، کیڑے، دیر سے ملا چارہ۔ پرسکون ہونے تک ایک ایک جانور کی خبر نہیں دی جائے گی۔",
        ),
        Kind.GROUP_QUIET: Said(
            "{group} کے {share}٪ جانور {start} سے ایک ساتھ بہت کم ہل رہے ہیں۔",
            "پہلے پانی، چارہ اور گرمی دیکھیں؛ سب ٹھیک ہو تو ڈاکٹر کو بلائیں۔ تب تک ایک ایک جانور کی خبر نہیں دی جائے گی۔",
        ),
    },
    reasons={
        Reason.NORMAL: "وہ بالکل ٹھیک ہے",
        Reason.OTHER_CAUSE: "بات کچھ اور ہے",
        Reason.MOVED: "جگہ بدلی یا پکڑی گئی",
        Reason.COLLAR: "پٹہ ڈھیلا یا بدلا ہوا",
        Reason.WRONG_ANIMAL: "یہ جانور نہیں",
        Reason.UNKNOWN: "معلوم نہیں",
    },
    why="کیوں؟",
    true="درست ہے",
    not_true="درست نہیں",
    ask_reason="بتانے کا شکریہ۔ {cow} {animal} کی اصل بات کیا تھی؟",
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
    caption="{cow} {animal}: لکیر اس کی ہلچل ہے، پٹی بتاتی ہے کہ دن کے اس وقت اس کے لیے معمول کیا ہے۔",
    caption_window="رنگا ہوا حصہ وہی ہے جس کی ہم نے اطلاع دی۔",
    source="ماخذ: {cites}",
    chart_title="{cow} {animal}",
    chart_activity="اس کی ہلچل",
    chart_index="ہلچل کا اشاریہ",
    chart_normal="اس کے لیے معمول",
    chart_alert="ہماری اطلاع",
    chart_unit="۲ گھنٹوں کی ہلچل",
    chat=CHAT,
    paper=URDU_PAPER,
    page=PAGE,
)
