"""French, with its spaces before « : ; ! ? »."""

from clarine_herd.kinds import Kind
from clarine_herd.words.catalogue import Catalogue, Reason, Said

FRENCH = Catalogue(
    code="fr",
    locale="fr_FR",
    right_to_left=False,
    zero="0",
    alerts={
        Kind.HEAT: Said(
            "La vache {animal} est probablement en chaleurs depuis {start}.",
            "Inséminez entre {from_} et {to}, au mieux entre {best_from} et {best_to}. "
            "Regardez-la d’abord\u202f: accepte-t-elle le chevauchement, y a-t-il une glaire claire\u202f?",
        ),
        Kind.HEAT_TOO_EARLY: Said(
            "La vache {animal} a l’activité des chaleurs depuis {start}, {days} jours après le vêlage.",
            "Trop tôt pour inséminer\u202f: notez la date, les prochaines chaleurs viendront dans 18 à 24 jours.",
        ),
        Kind.HEAT_IN_PREGNANCY: Said(
            "La vache {animal} est notée gestante mais a l’activité des chaleurs depuis {start}.",
            "Faites d’abord vérifier la gestation.",
        ),
        Kind.ILLNESS: Said(
            "La vache {animal} a bougé {percent}\u202f% de moins que d’habitude ces 12 dernières heures.",
            "Allez la voir\u202f: prenez sa température, regardez l’auge et la mamelle\u202f; testez l’acétonémie si "
            "elle a vêlé depuis moins de 60 jours. Appelez le vétérinaire si elle a de la fièvre ou ne mange pas.",
        ),
        Kind.SILENT_COLLAR: Said(
            "Le collier de la vache {animal} se tait depuis {start}.",
            "Vérifiez qu’il est encore à son cou et qu’elle est à portée.",
        ),
        Kind.GATEWAY: Said(
            "La moitié des colliers se sont tus ensemble à {start}.",
            "Vérifiez l’alimentation et le réseau de la passerelle. D’ici là, les colliers muets "
            "ne sont pas signalés un à un.",
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
    ask_reason="Merci de nous le dire. Qu’y avait-il avec la vache {animal}\u202f?",
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
    caption="Vache {animal}\u202f: la ligne est son activité, la bande ce qui est normal pour elle à cette heure.",
    caption_window="La partie teintée est ce que nous vous avons signalé.",
    source="Source\u202f: {cites}",
    chart_title="Vache {animal}",
    chart_activity="son activité",
    chart_index="indice d’activité",
    chart_normal="normal pour elle",
    chart_alert="notre alerte",
    chart_unit="activité en 2 heures",
    status="{heard} animaux sur {animals} ont été entendus ces 12 dernières heures.",
    open_alerts="Alertes en cours\u202f: {count}.",
    no_cow="Nous ne connaissons pas de vache {animal}.",
    cow_now="Vache {animal}, entendue pour la dernière fois {start}.",
    help="Écrivez\u202f: état · vache 1217 · aide · stop. Sous une alerte, touchez «\u202fPourquoi\u202f?\u202f», "
    "«\u202fC’est vrai\u202f» ou «\u202fCe n’est pas vrai\u202f».",
    stopped="Vous ne recevrez plus d’alertes. Écrivez «\u202fstart\u202f» pour les retrouver.",
    started="Bon retour. Les alertes sont rétablies.",
    words={
        "état": "status",
        "etat": "status",
        "vache": "cow",
        "aide": "help",
        "arrêt": "stop",
        "arret": "stop",
        "reprendre": "start",
    },
)
