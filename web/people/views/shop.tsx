/** What a business offers: looked through, put into a cart, ordered, asked about. The cart stays while the page is open. */

import "../looks/shop.css";
import { useEffect, useState } from "preact/hooks";
import { money, number } from "../../parts/i18n";
import { Button, Skeleton } from "../../parts/ui";
import * as api from "../api";
import { businessName, named, totalOf, trouble } from "../describe";
import { scriptOf } from "../direction";
import { post } from "../outbox";
import { state } from "../store";
import type { Message, Product, Shop as ShopShown } from "../wire";
import { t } from "../words";
import { Icon } from "./icons";
import { Sheet } from "./sheet";

const QUANTITY_MAX = 999;
const NOTE_MAX = 1024;

type Cart = ReadonlyMap<string, number>;

/** Carts by business: a sheet that closes by mistake loses nothing. */
const carts = new Map<string, Cart>();

interface ShopProps {
  business_id: string;
  message: Message | null;
  first: string | null;
  onClose: () => void;
}

export function Shop({ business_id, message, first, onClose }: ShopProps) {
  const [shop, setShop] = useState<ShopShown | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [cart, setCart] = useState<Cart>(carts.get(business_id) ?? new Map());
  const [looked, setLooked] = useState<string | null>(first);
  const seq = message?.seq ?? null;
  const load = (after?: string) =>
    api.getShop(business_id, seq, after).then(
      (found) => {
        setProblem(null);
        setShop((known) => (known && after ? { ...found, sections: [...known.sections, ...found.sections] } : found));
      },
      (error: unknown) => setProblem(trouble(error)),
    );
  useEffect(() => void load(), []);
  const all = shop?.sections.flatMap((section) => section.products) ?? [];
  const put = (product: Product, quantity: number) => {
    const next = new Map(cart);
    if (quantity > 0) next.set(product.retailer_id, Math.min(quantity, QUANTITY_MAX));
    else next.delete(product.retailer_id);
    carts.set(business_id, next);
    setCart(next);
  };
  const sent = () => {
    carts.delete(business_id);
    onClose();
  };
  const business = state.value.chats.get(business_id)?.business;
  const title = t("shop.title", { name: named(business ? businessName(business) : "") });
  return (
    <Sheet title={title} onClose={onClose}>
      <div class="shop">
        {!shop && !problem && <Skeleton rows={4} name={t("loading")} />}
        {problem && (
          <p role="alert">
            {problem}{" "}
            <button type="button" class="text-button" onClick={() => void load()}>
              {t("again")}
            </button>
          </p>
        )}
        {shop && all.length === 0 && <p class="quiet">{t("shop.empty")}</p>}
        {shop?.sections.map((section, index) => (
          <section key={index}>
            {section.title && (
              <h3 class="small quiet" lang={scriptOf(section.title)}>
                <bdi>{section.title}</bdi>
              </h3>
            )}
            <ul class="shop-list">
              {section.products.map((product) => (
                <ProductRow
                  key={product.retailer_id}
                  product={product}
                  open={looked === product.retailer_id}
                  quantity={cart.get(product.retailer_id) ?? 0}
                  cart={shop.cart}
                  onLook={() => setLooked(looked === product.retailer_id ? null : product.retailer_id)}
                  onPut={(quantity) => put(product, quantity)}
                  onAsk={(body) => {
                    void post({ business_id, content: { type: "question", body, about: { ...product, picture: null } }, reply_to: seq });
                    onClose();
                  }}
                />
              ))}
            </ul>
          </section>
        ))}
        {shop?.more && <Button onClick={() => void load(all.at(-1)?.product_id)}>{t("shop.more")}</Button>}
      </div>
      {shop?.cart && <CartFoot business_id={business_id} seq={seq} products={all.filter((product) => cart.has(product.retailer_id))} cart={cart} onSent={sent} />}
    </Sheet>
  );
}

interface RowProps {
  product: Product;
  open: boolean;
  quantity: number;
  cart: boolean;
  onLook: () => void;
  onPut: (quantity: number) => void;
  onAsk: (body: string) => void;
}

function ProductRow({ product, open, quantity, cart, onLook, onPut, onAsk }: RowProps) {
  const { name, description, picture } = product;
  const src = open ? picture?.url : (picture?.thumbnail_url ?? picture?.url);
  return (
    <li class={open ? "shop-row shop-row-open" : "shop-row"}>
      <button type="button" class="shop-look" aria-expanded={open} onClick={onLook}>
        {src ? <img src={src} alt="" class="shop-picture" loading="lazy" /> : <span class="tile-sign tile-sky shop-picture"><Icon name="cart" /></span>}
        <span class="row-words">
          <bdi class="product-name" lang={scriptOf(name)}>{name}</bdi>
          {!open && description && <bdi class="small quiet shop-line" lang={scriptOf(description)}>{description}</bdi>}
          <span class="figures">{money(product.price_micros, product.currency)}</span>
        </span>
      </button>
      {open && description && (
        <p class="shop-text" lang={scriptOf(description)}>
          <bdi>{description}</bdi>
        </p>
      )}
      {!product.for_sale && <p class="small quiet">{t("shop.sold_out")}</p>}
      {product.for_sale && cart && <Stepper name={name} quantity={quantity} onPut={onPut} />}
      {open && <Ask onAsk={onAsk} />}
    </li>
  );
}

function Stepper({ name, quantity, onPut }: { name: string; quantity: number; onPut: (quantity: number) => void }) {
  if (quantity === 0) {
    return (
      <button type="button" class="text-button shop-add" onClick={() => onPut(1)}>
        {t("shop.add")}
      </button>
    );
  }
  return (
    <div class="shop-stepper">
      <button type="button" class="round" aria-label={t("shop.fewer", { name: named(name) })} onClick={() => onPut(quantity - 1)}>
        <Icon name="minus" size={20} />
      </button>
      <output class="figures">{number(quantity)}</output>
      <button type="button" class="round" aria-label={t("shop.one_more", { name: named(name) })} onClick={() => onPut(quantity + 1)}>
        <Icon name="attach" size={20} />
      </button>
    </div>
  );
}

function Ask({ onAsk }: { onAsk: (body: string) => void }) {
  const [words, setWords] = useState<string | null>(null);
  if (words === null) {
    return (
      <button type="button" class="text-button" onClick={() => setWords("")}>
        {t("shop.ask")}
      </button>
    );
  }
  return (
    <form
      class="shop-ask"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim()) onAsk(words.trim());
      }}
    >
      <input class="input" dir="auto" aria-label={t("shop.asked")} placeholder={t("shop.asked")} maxLength={NOTE_MAX} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      <button type="submit" class="round" aria-label={t("composer.send")} disabled={!words.trim()}>
        <Icon name="send" />
      </button>
    </form>
  );
}

interface FootProps {
  business_id: string;
  seq: number | null;
  products: Product[];
  cart: Cart;
  onSent: () => void;
}

function CartFoot({ business_id, seq, products, cart, onSent }: FootProps) {
  const [note, setNote] = useState("");
  const front = products[0];
  if (!front) return null;
  const items = products.map(({ retailer_id, name, price_micros }) => ({ retailer_id, name, price_micros, quantity: cart.get(retailer_id) ?? 0 }));
  const send = () => {
    const content = { type: "order" as const, catalog_id: front.catalog_id, currency: front.currency, items, text: note.trim() };
    void post({ business_id, content, reply_to: seq });
    onSent();
  };
  return (
    <div class="sheet-actions shop-foot">
      <p class="shop-sum">
        <span>{t("order.title", { count: items.reduce((sum, item) => sum + item.quantity, 0) })}</span>
        <strong class="figures">{money(totalOf({ items }), front.currency)}</strong>
      </p>
      <input class="input" dir="auto" aria-label={t("shop.note")} placeholder={t("shop.note")} maxLength={NOTE_MAX} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      <Button kind="primary" onClick={send}>
        {t("shop.send")}
      </Button>
      <p class="small quiet">{t("shop.no_pay")}</p>
    </div>
  );
}
