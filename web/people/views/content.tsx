/** What a message says, one view per kind of content: media before text. */

import type { ComponentChildren, VNode } from "preact";
import { ago, moment } from "../../parts/i18n";
import { now } from "../clock";
import { phoneText, previewOf } from "../describe";
import { scriptOf } from "../direction";
import { rich, type Rich } from "../rich";
import type { Contact, Content, Interactive, Location, Media, Template } from "../wire";
import { isMedia } from "../wire";
import { t } from "../words";
import { Icon } from "./icons";
import { MediaView } from "./media_view";
import { OrderView, ProductFace } from "./product";

interface ContentProps {
  content: Content;
  seq: number;
  /** The file of a message that is still on this device. */
  file: Blob | null;
  /** Time and ticks; they stand in the last line of the words. */
  meta: VNode;
}

export function ContentView({ content, seq, file, meta }: ContentProps) {
  switch (content.type) {
    case "text":
      return <Words text={content.body} meta={meta} large={onlyEmoji(content.body)} />;
    case "image":
    case "video":
    case "audio":
    case "document":
    case "sticker":
      return (
        <>
          <MediaView media={content} seq={seq} file={file} />
          {content.caption ? <Words text={content.caption} meta={meta} /> : <MetaOver over={content.type === "image" || content.type === "video"} meta={meta} />}
        </>
      );
    case "location":
      return (
        <>
          <Place place={content} />
          <MetaOver meta={meta} />
        </>
      );
    case "contacts":
      return (
        <>
          {content.contacts.map((contact, index) => (
            <ContactView key={index} contact={contact} />
          ))}
          <MetaOver meta={meta} />
        </>
      );
    case "interactive":
    case "template":
      return <Composed content={content} seq={seq} meta={meta} />;
    case "choice":
      return (
        <>
          {content.description ? <Words text={content.title} /> : <Words text={content.title} meta={meta} />}
          {content.description && <Words text={content.description} meta={meta} quiet />}
        </>
      );
    case "flow_reply":
      return (
        <>
          <Words text={content.title} />
          <Words text={t("flow.filled")} meta={meta} quiet />
        </>
      );
    case "address_reply":
      return (
        <>
          <AddressView values={content.values} />
          <MetaOver meta={meta} />
        </>
      );
    case "order":
      return (
        <>
          <OrderView order={content} />
          {content.text ? <Words text={content.text} meta={meta} /> : <p class="order-meta">{meta}</p>}
        </>
      );
    case "question":
      return (
        <>
          <ProductFace product={content.about} seq={seq} />
          <Words text={content.body} meta={meta} />
        </>
      );
    case "reaction":
      return null;
    default:
      return <Words text={previewOf(content).text} meta={meta} quiet />;
  }
}

/** Header, body and footer of what a business composed; the buttons stand under the bubble. */
function Composed({ content, seq, meta }: { content: Interactive | Template; seq: number; meta: VNode }) {
  const { header, body, footer } = content;
  const shelf = content.type === "interactive" ? content.shelf : content.buttons?.find((button) => button.shelf)?.shelf;
  const front = shelf?.front;
  // Of several products only the picture of the first stands for all of them.
  const single = shelf?.sections?.length === 1 && shelf.sections[0]?.retailer_ids.length === 1;
  return (
    <>
      {header && isMedia(header) && <MediaView media={header as Media} seq={seq} file={null} />}
      {front && (single ? <ProductFace product={front} seq={seq} /> : front.picture && <MediaView media={front.picture} seq={seq} file={null} />)}
      {header?.type === "location" && <Place place={header} />}
      {content.type === "template" && content.offer && <OfferView offer={content.offer} />}
      {header?.type === "text" && (
        <p class="words words-head" dir="auto" lang={scriptOf(header.body)}>
          {header.body}
        </p>
      )}
      {body && (footer ? <Words text={body} /> : <Words text={body} meta={meta} />)}
      {!body && !footer && <MetaOver meta={meta} />}
      {footer && <Words text={footer} meta={meta} quiet />}
    </>
  );
}

/** What is offered for a while, and how long still. */
function OfferView({ offer }: { offer: NonNullable<Template["offer"]> }) {
  const ends = offer.ends_at ? new Date(offer.ends_at) : null;
  const over = ends !== null && ends.getTime() <= now.value;
  return (
    <div class={over ? "tile offer-over" : "tile"}>
      <span class="tile-sign tile-brass">
        <Icon name="clock" />
      </span>
      <span class="tile-words">
        <bdi class="tile-name" lang={scriptOf(offer.text)}>{offer.text}</bdi>
        {ends && (
          <time class="small tile-quiet" dateTime={offer.ends_at ?? ""} title={moment(ends)}>
            {over ? t("offer.ended") : t("offer.ends", { when: ago(ends, new Date(now.value)) })}
          </time>
        )}
      </span>
    </div>
  );
}

interface WordsProps {
  text: string;
  meta?: VNode;
  quiet?: boolean;
  large?: boolean;
}

export function Words({ text, meta, quiet, large }: WordsProps) {
  return (
    <div class={`words${quiet ? " words-quiet" : ""}${large ? " words-large" : ""}`} dir="auto" lang={scriptOf(text)}>
      {rich(text).map(richView)}
      {meta}
    </div>
  );
}

function richView(part: Rich, index: number): ComponentChildren {
  switch (part.kind) {
    case "text":
      return part.text;
    case "link":
      return (
        <a key={index} href={part.href} target="_blank" rel="noopener noreferrer" dir="ltr">
          {part.text}
        </a>
      );
    case "strong":
      return <strong key={index}>{part.inside.map(richView)}</strong>;
    case "em":
      return <em key={index}>{part.inside.map(richView)}</em>;
    case "s":
      return <s key={index}>{part.inside.map(richView)}</s>;
    case "code":
      return <code key={index}>{part.inside.map(richView)}</code>;
  }
}

/** Time and ticks where there are no words: on the picture, or on a line of their own. */
function MetaOver({ meta, over }: { meta: VNode; over?: boolean }) {
  return <div class={over ? "meta-over" : "meta-alone"}>{meta}</div>;
}

/** A place in words; a map would come from someone else's server, so it opens only when asked for. */
function Place({ place }: { place: Location }) {
  const { latitude, longitude, name, address } = place;
  const url = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return (
    <a class="tile" href={url} target="_blank" rel="noopener noreferrer">
      <span class="tile-sign tile-sky">
        <Icon name="pin" />
      </span>
      <span class="tile-words">
        <bdi class="tile-name" lang={scriptOf(name || t("kind.location"))}>{name || t("kind.location")}</bdi>
        {address && <bdi class="small tile-quiet">{address}</bdi>}
        <span class="small tile-quiet figures" dir="ltr" lang="en">
          {latitude.toFixed(5)}, {longitude.toFixed(5)}
        </span>
      </span>
    </a>
  );
}

function ContactView({ contact }: { contact: Contact }) {
  return (
    <div class="tile">
      <span class="tile-sign tile-sky">
        <Icon name="contact" />
      </span>
      <span class="tile-words">
        <bdi class="tile-name" lang={scriptOf(contact.name.formatted_name)}>{contact.name.formatted_name}</bdi>
        {contact.org?.company && <bdi class="small tile-quiet">{contact.org.company}</bdi>}
        {contact.phones?.map(({ phone }) => phone && (
          <a key={phone} class="small" lang="en" href={`tel:${phone.replace(/[^\d+]/g, "")}`}>
            {phoneText(phone)}
          </a>
        ))}
      </span>
    </div>
  );
}

function AddressView({ values }: { values: Record<string, string> }) {
  const { name, ...rest } = values;
  return (
    <div class="tile">
      <span class="tile-sign tile-sky">
        <Icon name="home" />
      </span>
      <span class="tile-words">
        <bdi class="tile-name" lang={scriptOf(name || t("kind.address"))}>{name || t("kind.address")}</bdi>
        {Object.entries(rest).map(([field, value]) => (
          <bdi key={field} class="small tile-quiet" lang={scriptOf(value)}>{field === "phone_number" ? phoneText(value.replace(/^\+/, "")) : value}</bdi>
        ))}
      </span>
    </div>
  );
}

const onlyEmoji = (text: string): boolean => /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\s){1,6}$/u.test(text) && !/\d/.test(text);
