"""What stands on the daily and the weekly report, as one frozen record per language; what is missing does not type-check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paper:
    """``title`` by whether it is a week; ``budget`` by the reading's measure; ``quiet_herd`` are those in no need."""

    title: dict[bool, str]
    needs: str
    no_needs: str
    budgets: str
    budget: dict[str, str]
    hours: str
    normal: str
    no_budgets: str
    activity: str
    alerts: str
    no_alerts: str
    seen: str
    inseminate: str
    no_inseminate: str
    devices: str
    no_devices: str
    farm: str
    more: str
    page: str


ENGLISH = Paper(
    title={False: "The herd today", True: "The herd this week"},
    needs="Animals, by need",
    no_needs="No animal needs anything now.",
    budgets="How they spend a day, against what is normal for them",
    budget={"lying_min": "lying", "walking_min": "walking", "eating_min": "eating", "ruminating_min": "ruminating"},
    hours="{hours} h",
    normal="normal: {hours} h",
    no_budgets="These collars do not tell how a day is spent.",
    activity="{percent} % of normal activity",
    alerts="Open alerts",
    no_alerts="No alert is open.",
    seen="seen",
    inseminate="To inseminate",
    no_inseminate="Nobody to inseminate now.",
    devices="Collars",
    no_devices="All collars are well.",
    farm="whole farm",
    more="and {count} more",
    page="Page {page} of {pages}",
)

FRENCH = Paper(
    title={False: "Le troupeau aujourd’hui", True: "Le troupeau cette semaine"},
    needs="Les animaux, par besoin",
    no_needs="Aucun animal n’a besoin de vous maintenant.",
    budgets="Leur journée, comparée à leur habitude",
    budget={"lying_min": "couchés", "walking_min": "en marche", "eating_min": "repas", "ruminating_min": "rumination"},
    hours="{hours} h",
    normal="habitude\u202f: {hours} h",
    no_budgets="Ces colliers ne disent pas comment la journée se passe.",
    activity="{percent} % de l’activité habituelle",
    alerts="Alertes en cours",
    no_alerts="Aucune alerte en cours.",
    seen="vue",
    inseminate="À inséminer",
    no_inseminate="Aucun animal à inséminer maintenant.",
    devices="Colliers",
    no_devices="Tous les colliers vont bien.",
    farm="toute la ferme",
    more="et {count} de plus",
    page="Page {page} sur {pages}",
)

HINDI = Paper(
    title={False: "आज का झुंड", True: "इस हफ़्ते का झुंड"},
    needs="पशु, ज़रूरत के क्रम में",
    no_needs="अभी किसी पशु को आपकी ज़रूरत नहीं।",
    budgets="उनका दिन, उनके सामान्य दिन के मुक़ाबले",
    budget={"lying_min": "लेटना", "walking_min": "चलना", "eating_min": "खाना", "ruminating_min": "जुगाली"},
    hours="{hours} घंटे",
    normal="सामान्य: {hours} घंटे",
    no_budgets="ये पट्टे नहीं बताते कि दिन कैसे बीतता है।",
    activity="सामान्य हलचल का {percent}%",
    alerts="चालू सूचनाएँ",
    no_alerts="कोई सूचना चालू नहीं।",
    seen="देखी गई",
    inseminate="गर्भाधान के लिए",
    no_inseminate="अभी किसी का गर्भाधान नहीं करना है।",
    devices="पट्टे",
    no_devices="सब पट्टे ठीक हैं।",
    farm="पूरा फ़ार्म",
    more="और {count}",
    page="पृष्ठ {page} / {pages}",
)

URDU = Paper(
    title={False: "آج کا ریوڑ", True: "اس ہفتے کا ریوڑ"},
    needs="جانور، ضرورت کی ترتیب سے",
    no_needs="ابھی کسی جانور کو آپ کی ضرورت نہیں۔",
    budgets="ان کا دن، ان کے معمول کے مقابلے میں",
    budget={"lying_min": "لیٹنا", "walking_min": "چلنا", "eating_min": "کھانا", "ruminating_min": "جگالی"},
    hours="{hours} گھنٹے",
    normal="معمول: {hours} گھنٹے",
    no_budgets="یہ پٹے نہیں بتاتے کہ دن کیسے گزرتا ہے۔",
    activity="معمول کی ہلچل کا {percent}٪",
    alerts="جاری اطلاعیں",
    no_alerts="کوئی اطلاع جاری نہیں۔",
    seen="دیکھی گئی",
    inseminate="تخم ریزی کے لیے",
    no_inseminate="ابھی کسی کی تخم ریزی نہیں کرنی۔",
    devices="پٹے",
    no_devices="سب پٹے ٹھیک ہیں۔",
    farm="پورا فارم",
    more="اور {count}",
    page="صفحہ {page} از {pages}",
)
