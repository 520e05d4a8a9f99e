/** A product in a bubble or on a card, an order, and the way into the shop behind them. */

import { useState } from "preact/hooks";
import { money, number } from "../../parts/i18n";
import { toast } from "../../parts/ui";
import { totalOf } from "../describe";
import { scriptOf } from "../direction";
import type { Message, Order, ProductShown, Shelf } from "../wire";
import { t } from "../words";
import { Icon } from "./icons";
import { MediaView } from "./media_view";
import type { Shop } from "./shop";

/** Picture, name and price, as they were when the message was sent. */
export function ProductFace({ product, seq }: { product: ProductShown; seq: number }) {
  return (
    <>
      {product.picture && <MediaView media={product.picture} seq={seq} file={null} />}
      <p class="words product-words">
        <bdi class="product-name" lang={scriptOf(product.name)}>
          {product.name}
        </bdi>
        <span class="figures quiet">{money(product.price_micros, product.currency)}</span>
      </p>
    </>
  );
}

interface ShopButtonProps {
  business_id: string;
  /** The message that offers the products; null: the catalogue that is open to everyone. */
  message: Message | null;
  label: string;
  /** The product that it begins with. */
  first?: string;
}

/** The shop is fetched, with the part of the app that shows it, only when somebody goes in. */
export function ShopButton({ business_id, message, label, first }: ShopButtonProps) {
  const [Opened, setOpened] = useState<typeof Shop | null>(null);
  const open = () =>
    void import("./shop").then(
      (part) => setOpened(() => part.Shop),
      () => toast(t("error.offline"), "bad"),
    );
  return (
    <>
      <button type="button" class="choice" aria-haspopup="dialog" onClick={open}>
        <Icon name="cart" size={18} />
        <span dir="auto" lang={scriptOf(label)}>
          {label}
        </span>
      </button>
      {Opened && <Opened business_id={business_id} message={message} first={first ?? null} onClose={() => setOpened(null)} />}
    </>
  );
}

/** What the button under a shelf says. */
export const shelfLabel = (shelf: Shelf): string =>
  !shelf.sections?.length ? t("shop.catalogue") : shelf.sections.flatMap((section) => section.retailer_ids).length > 1 ? t("shop.open") : t("shop.view");

/** What was ordered, line by line, and what it comes to. */
export function OrderView({ order }: { order: Order }) {
  return (
    <div class="order">
      <ul class="order-lines">
        {order.items.map((item) => (
          <li key={item.retailer_id}>
            <span class="figures">{number(item.quantity)} ×</span>
            <bdi lang={scriptOf(item.name)}>{item.name}</bdi>
            <span class="figures order-price">{money(item.quantity * item.price_micros, order.currency)}</span>
          </li>
        ))}
      </ul>
      <p class="order-total">
        <span>{t("shop.total")}</span>
        <span class="figures order-price">{money(totalOf(order), order.currency)}</span>
      </p>
    </div>
  );
}
