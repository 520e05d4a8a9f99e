/** What can be done with a message, and what its sender paid and may. */

import { useEffect, useState } from "preact/hooks";
import { money } from "../../parts/i18n";
import { Skeleton, toast } from "../../parts/ui";
import { getCard } from "../api";
import { businessName, previewOf, trouble, wordsOf } from "../describe";
import { post } from "../outbox";
import { cardPath, go } from "../route";
import type { Business, Card, Message } from "../wire";
import { t, type Key } from "../words";
import { Reasons } from "./reasons";
import { Row, Sheet, type Point } from "./sheet";

const EMOJI = ["👍", "❤️", "🙏", "😂", "😮", "😢"];

interface MenuProps {
  message: Message;
  at: Point | null;
  business: Business;
  onReply: () => void;
  onClose: () => void;
}

export function MessageMenu({ message, at, business, onReply, onClose }: MenuProps) {
  const [why, setWhy] = useState(false);
  const words = wordsOf(message.content);
  const react = (emoji: string) => {
    void post({ business_id: message.business_id, content: { type: "reaction", target_seq: message.seq, emoji } });
    onClose();
  };
  const copy = async () => {
    onClose();
    await navigator.clipboard.writeText(words).then(
      () => toast(t("copied")),
      () => toast(t("error.unknown"), "bad"),
    );
  };
  if (why) return <Why message={message} business={business} onClose={onClose} />;
  return (
    <Sheet title={previewOf(message.content).text} untitled at={at} onClose={onClose}>
      <div class="emoji" role="group" aria-label={t("menu.react")}>
        {EMOJI.map((emoji) => (
          <button key={emoji} type="button" aria-label={emoji} onClick={() => react(emoji)}>
            {emoji}
          </button>
        ))}
      </div>
      <Row
        icon="reply"
        label={t("menu.reply")}
        onClick={() => {
          onReply();
          onClose();
        }}
      />
      {words && <Row icon="copy" label={t("menu.copy")} onClick={() => void copy()} />}
      {message.from === "business" && <Row icon="info" label={t("menu.why")} onClick={() => setWhy(true)} />}
    </Sheet>
  );
}

/** The price of one message in plain words, and the evidence that it may be sent. */
function Why({ message, business, onClose }: { message: Message; business: Business; onClose: () => void }) {
  const [card, setCard] = useState<Card | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    getCard(message.business_id).then(setCard, (problem) => setError(trouble(problem)));
  }, []);
  const name = businessName(business);
  const { price } = message;
  return (
    <Sheet title={t("menu.why")} onClose={onClose}>
      <div class="sheet-text why">
        <p class="why-price">
          {price && price.micros > 0 && <span class="why-amount figures">{money(price.micros, price.currency)}</span>}
          <span class="quiet">{t(price?.micros ? "why.paid" : "why.free", { name })}</span>
        </p>
        {price && <p>{t(`why.${price.category}` as Key, { name })}</p>}
        {error && <p role="alert">{error}</p>}
        {!card && !error && <Skeleton rows={3} name={t("loading")} />}
        {card && <Reasons why={card.why} name={name} />}
      </div>
      <div class="sheet-actions">
        <button
          type="button"
          class="button button-plain"
          onClick={() => {
            onClose();
            go(cardPath(message.business_id));
          }}
        >
          {t("why.decide", { name })}
        </button>
      </div>
    </Sheet>
  );
}
