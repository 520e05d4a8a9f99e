"""French, with its spaces before « : ; ! ? »."""

from clarine_herd.kinds import Kind
from clarine_herd.words.catalogue import Catalogue, Reason, Said
from clarine_herd.words.chat_fr import CHAT
from clarine_herd.words.page_fr import PAGE
from clarine_herd.words.paper import FRENCH as FRENCH_PAPER

FRENCH = Catalogue(
    code="fr",
    locale="fr_FR",
    right_to_left=False,
    zero="0",
    species={"cattle": ("vache", "Vache"), "buffalo": ("bufflonne", "Bufflonne")},
    today="aujourd’hui",
    tomorrow="demain",
    within="entre {from_} et {to} {day}",
    across="entre {from_} {from_day} et {to} {to_day}",
    herd="troupeau",
    heat_best="Inséminez au mieux {best}.",
    kinds={
        Kind.HEAT: "chaleurs",
        Kind.HEAT_AGAIN: "retour en chaleurs",
        Kind.HEAT_TOO_EARLY: "chaleurs trop tôt",
        Kind.HEAT_IN_PREGNANCY: "chaleurs en gestation",
        Kind.CALVING: "vêlage",
        Kind.CALVING_DUE: "vêlage attendu",
        Kind.ILLNESS: "maladie",
        Kind.FEVER: "fièvre",
        Kind.LAMENESS: "démarche",
        Kind.HEAT_STRESS: "stress thermique",
        Kind.HEAT_STRESS_STRONG: "fort stress thermique",
        Kind.HEAT_STRESS_SEVERE: "chaleur dangereuse",
        Kind.NO_MOVEMENT: "sans mouvement",
        Kind.OUTSIDE: "hors de la clôture",
        Kind.SILENT_COLLAR: "collier muet",
        Kind.LOOSE_COLLAR: "collier lâche",
        Kind.BATTERY: "pile",
        Kind.GATEWAY: "passerelle",
        Kind.GROUP_RESTLESS: "groupe agité",
        Kind.GROUP_QUIET: "groupe immobile",
    },
    alerts={
        Kind.HEAT: Said(
            "La {cow} {animal} est probablement en chaleurs depuis {start}.",
            "Inséminez au mieux {best}\u202f; possible {window}. "
            "Regardez-la d’abord\u202f: accepte-t-elle le chevauchement, y a-t-il une glaire claire\u202f?",
        ),
        Kind.HEAT_AGAIN: Said(
            "La {cow} {animal} est de nouveau en chaleurs depuis {start}, {days} jours après l’insémination\u202f: "
            "elle n’a sans doute pas retenu.",
            "Inséminez de nouveau, au mieux {best}\u202f; possible {window}. Si c’était la troisième fois, faites-la "
            "voir par le vétérinaire.",
        ),
        Kind.HEAT_TOO_EARLY: Said(
            "La {cow} {animal} a l’activité des chaleurs depuis {start}, {milk_days} jours après le vêlage.",
            "Trop tôt pour inséminer\u202f: notez la date, les prochaines chaleurs viendront dans 18 à 24 jours.",
        ),
        Kind.HEAT_IN_PREGNANCY: Said(
            "La {cow} {animal} est notée gestante mais a l’activité des chaleurs depuis {start}.",
            "Elle a peut-être perdu son veau\u202f: faites d’abord vérifier la gestation.",
        ),
        Kind.CALVING: Said(
            "La {cow} {animal} va sans doute vêler dans la journée\u202f: elle est agitée, ou rumine moins et se couche "
            "plus souvent.",
            "Mettez-la dans un box propre et passez la voir toutes les 3 heures. Appelez le vétérinaire si rien "
            "n’avance 2 heures après la poche des eaux.",
        ),
        Kind.CALVING_DUE: Said(
            "Le vêlage de la {cow} {animal} est attendu dans {days} jours.",
            "Préparez un box propre et sec, et mettez-l’y.",
        ),
        Kind.ILLNESS: Said(
            "La {cow} {animal} a bougé ou ruminé {percent}\u202f% de moins que d’habitude ces 12 dernières heures.",
            "Allez la voir\u202f: prenez sa température, regardez l’auge et la mamelle\u202f; testez l’acétonémie si "
            "elle a vêlé depuis moins de 60 jours. Appelez le vétérinaire si elle a de la fièvre ou ne mange pas.",
        ),
        Kind.FEVER: Said(
            "La {cow} {animal} a {degrees}\u202f°C de plus que d’habitude depuis {start}.",
            "Prenez sa température à la main\u202f; regardez la mamelle, la respiration et la matrice. "
            "Appelez le vétérinaire à partir de 39,5\u202f°C.",
        ),
        Kind.LAMENESS: Said(
            "La {cow} {animal} marche moins ou reste plus couchée que d’habitude depuis quatre jours.",
            "Regardez-la marcher sur sol plat et examinez ses onglons\u202f; faites-la parer s’il le faut. "
            "Un collier seul ne peut pas dire si elle boite.",
        ),
        Kind.HEAT_STRESS: Said(
            "Il commence à faire trop chaud pour le troupeau\u202f: l’indice température-humidité est à {index} depuis {start}.",
            "Veillez à ce que chaque animal ait de l’ombre et de l’eau à portée.",
        ),
        Kind.HEAT_STRESS_STRONG: Said(
            "Fort stress thermique\u202f: l’indice température-humidité est à {index} depuis {start}.",
            "Ombre, eau, ventilateurs et brumisateurs de 11:00 à 16:00\u202f; nourrissez et inséminez aux heures fraîches.",
        ),
        Kind.HEAT_STRESS_SEVERE: Said(
            "Chaleur dangereuse\u202f: l’indice température-humidité est à {index} depuis {start}.",
            "Rafraîchissez-les tout de suite avec de l’eau et des ventilateurs, ne les déplacez pas, et appelez le "
            "vétérinaire pour toute bête qui halète la bouche ouverte.",
        ),
        Kind.NO_MOVEMENT: Said(
            "La {cow} {animal} n’a pas bougé depuis {start}.",
            "Allez voir tout de suite\u202f: elle est peut-être tombée ou coincée. Si le collier est par terre, cherchez-la.",
        ),
        Kind.OUTSIDE: Said(
            "La {cow} {animal} est hors de la clôture depuis {start}.",
            "Allez voir tout de suite, et vérifiez la clôture là où elle est sortie.",
        ),
        Kind.SILENT_COLLAR: Said(
            "Le collier de la {cow} {animal} se tait depuis {start}.",
            "Vérifiez qu’il est encore à son cou et qu’elle est à portée.",
        ),
        Kind.LOOSE_COLLAR: Said(
            "Le collier de la {cow} {animal} a tourné ou est lâche depuis {start}.",
            "Serrez-le pour qu’une main à plat passe dessous\u202f; d’ici là, ses mesures ne sont pas fiables.",
        ),
        Kind.BATTERY: Said(
            "La pile du collier de la {cow} {animal} n’est plus qu’à {share}\u202f%.",
            "Changez-la ou rechargez-la dans la semaine.",
        ),
        Kind.GATEWAY: Said(
            "La moitié des colliers se sont tus ensemble à {start}.",
            "Vérifiez l’alimentation et le réseau de la passerelle. D’ici là, les colliers muets "
            "ne sont pas signalés un à un.",
        ),
        Kind.GROUP_RESTLESS: Said(
            "{share}\u202f% du groupe «\u202f{group}\u202f» sont agités ensemble depuis {start}.",
            "Cherchez ce qui les dérange\u202f: chiens, inconnus, insectes, ration en retard. Les animaux ne sont pas "
            "signalés un à un tant que cela dure.",
        ),
        Kind.GROUP_QUIET: Said(
            "{share}\u202f% du groupe «\u202f{group}\u202f» bougent très peu ensemble depuis {start}.",
            "Vérifiez d’abord l’eau, la ration et la chaleur\u202f; si tout est en ordre, appelez le vétérinaire. Les "
            "animaux ne sont pas signalés un à un tant que cela dure.",
        ),
    },
    reasons={
        Reason.NORMAL: "Elle va très bien",
        Reason.OTHER_CAUSE: "C’est autre chose",
        Reason.MOVED: "Déplacée ou manipulée",
        Reason.COLLAR: "Collier lâche ou échangé",
        Reason.WRONG_ANIMAL: "Mauvais animal",
        Reason.UNKNOWN: "Je ne sais pas",
    },
    why="Pourquoi\u202f?",
    true="C’est vrai",
    not_true="Ce n’est pas vrai",
    ask_reason="Merci de nous le dire. Qu’y avait-il avec la {cow} {animal}\u202f?",
    ask_button="Choisir",
    thanks_true="C’est noté. Nous n’en parlerons plus, sauf changement.",
    thanks_reason="Merci. Nous retenons\u202f: «\u202f{reason}\u202f». Cela évitera de fausses alertes.",
    too_old="Nous n’avons plus cette alerte.",
    digest="Votre troupeau, {when}\u202f:",
    digest_more="et {count} de plus",
    digest_none="rien de nouveau",
    template_alert="Nouvelles de votre troupeau\u202f: {{1}} À faire\u202f: {{2}} Signalé à {{3}} par Clarine Herd.",
    template_digest="Votre troupeau, {{1}}\u202f: {{2}} Écrivez «\u202fétat\u202f» pour en savoir plus.",
    template_example=(
        "La vache 1217 est probablement en chaleurs depuis lun. 06:00.",
        "Inséminez entre 18:00 et 06:00.",
        "lun. 10:00",
    ),
    caption="{Cow} {animal}\u202f: la ligne est son activité, la bande ce qui est normal pour elle à cette heure.",
    caption_window="La partie teintée est ce que nous vous avons signalé.",
    source="Source\u202f: {cites}",
    chart_title="{Cow} {animal}",
    chart_activity="son activité",
    chart_index="indice d’activité",
    chart_normal="normal pour elle",
    chart_alert="notre alerte",
    chart_unit="activité en 2 heures",
    chat=CHAT,
    paper=FRENCH_PAPER,
    page=PAGE,
)
