/** A face for a business: its picture, or its initials on a colour that stays the same for it. */

import { useState } from "preact/hooks";
import { scriptOf } from "../direction";
import type { Business } from "../wire";
import { Icon } from "./icons";

const COLOURS = ["brass", "pasture", "sky", "rust"] as const;

export function Avatar({ business, size = 48 }: { business: Business; size?: number }) {
  const [broken, setBroken] = useState(false);
  const initials = initialsOf(business.name);
  return (
    <span class={`avatar avatar-${colourOf(business.business_id)}`} style={{ inlineSize: `${size / 16}rem`, blockSize: `${size / 16}rem` }} aria-hidden="true" lang={scriptOf(initials)}>
      {business.picture && !broken ? (
        <img src={business.picture} alt="" width={size} height={size} loading="lazy" onError={() => setBroken(true)} />
      ) : initials ? (
        <span class={size > 64 ? "avatar-large" : undefined}>{initials}</span>
      ) : (
        <Icon name="contact" size={size / 2} />
      )}
    </span>
  );
}

/** The first letters of the first two words; whole letters also in Devanagari and Arabic script. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s\-–'’]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => /^[\p{L}\p{N}]\p{M}*/u.exec(word)?.[0] ?? "");
  // Letters of the Arabic script join when they stand together; one is enough there.
  return /[\u0600-\u06ff]/.test(letters[0] ?? "") ? (letters[0] ?? "") : letters.join("").toLocaleUpperCase();
}

function colourOf(id: string): (typeof COLOURS)[number] {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return COLOURS[sum % COLOURS.length] ?? "sky";
}
