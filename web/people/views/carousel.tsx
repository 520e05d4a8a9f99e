/** Cards side by side under a bubble: a picture or film, a few words, buttons. They are looked through sideways. */

import { scriptOf } from "../direction";
import type { CarouselCard, Message } from "../wire";
import { t } from "../words";
import { Buttons } from "./choices";
import { Words } from "./content";
import { MediaView } from "./media_view";
import { ProductFace, ShopButton } from "./product";

interface CarouselProps {
  message: Message;
  chosen: ReadonlySet<string>;
}

export function Carousel({ message, chosen }: CarouselProps) {
  const { content } = message;
  if (content.type !== "interactive" && content.type !== "template") return null;
  if (!content.cards?.length) return null;
  return (
    <ul class="cards" aria-label={t("carousel.label")} tabIndex={0}>
      {content.cards.map((card, index) => (
        <CardView key={index} card={card} message={message} chosen={chosen} />
      ))}
    </ul>
  );
}

function CardView({ card, message, chosen }: CarouselProps & { card: CarouselCard }) {
  return (
    <li class="bubble card-box">
      {card.product && <ProductFace product={card.product} seq={message.seq} />}
      {card.header && <MediaView media={card.header} seq={message.seq} file={null} />}
      {card.body && <Words text={card.body} />}
      <div class="choices card-choices" lang={scriptOf(card.buttons?.[0]?.title ?? "")}>
        {card.product && <ShopButton business_id={message.business_id} message={message} label={t("shop.view")} first={card.product.retailer_id} />}
        <Buttons message={message} buttons={card.buttons ?? []} chosen={chosen} />
      </div>
    </li>
  );
}
