/** The signs of the app, drawn in one stroke width on a 24 grid. Those that point somewhere turn round in Urdu. */

const PATHS = {
  attach: "M12 5v14M5 12h14",
  audio: "M9 18V6l10-2v12M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM19 16a3 3 0 1 1-6 0 3 3 0 0 1 6 0z",
  back: "M15 5l-7 7 7 7",
  bell_off: "M5 17h14l-2-3v-4a5 5 0 0 0-8-4M7 9v5l-2 3M10 20h4M4 4l16 16",
  block: "M5.6 5.6l12.8 12.8M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM15.5 13a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z",
  cart: "M3 5h3l2.2 10h9.3L20 8H7M11 19.5h.01M16 19.5h.01",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7v5.5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  close: "M6 6l12 12M18 6L6 18",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  document: "M6 3h8l4 4v14H6zM14 3v5h4M9 13h6M9 17h6",
  down: "M6 9l6 6 6-6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  find: "M16.5 16.5L21 21M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0z",
  flag: "M6 21V4h12l-2.5 4L18 12H6",
  form: "M6 3h12v18H6zM9 8h6M9 12h6M9 16l1.5 1.5L14 14.5",
  home: "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  info: "M12 11v5M12 8h.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  link: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  minus: "M5 12h14",
  more: "M12 6h.01M12 12h.01M12 18h.01",
  next: "M9 5l7 7-7 7",
  pause: "M8 5v14M16 5v14",
  phone: "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3C10 21 3 14 3 6a3 3 0 0 1 3-3z",
  pin: "M12 21s7-6 7-11.5a7 7 0 0 0-14 0C5 15 12 21 12 21zM14.5 9.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  play: "M8 5l11 7-11 7z",
  reply: "M9 6L4 11l5 5M4 11h9a7 7 0 0 1 7 7v1",
  send: "M4.5 4.5L20.5 12l-16 7.5L7.5 12zM7.5 12h6",
  smile: "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5h.01M15 9.5h.01",
  video: "M4 6h11v12H4zM15 11l5-3v8l-5-3",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
} as const;

export type IconName = keyof typeof PATHS;
const TURNS: ReadonlySet<string> = new Set(["back", "next", "reply", "send", "list"]);

export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  return (
    <svg
      class={TURNS.has(name) ? "icon icon-turns" : "icon"}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={name === "more" || name === "list" ? 2.2 : 1.8}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The house checked who this is: a rosette with a tick. */
export function Verified({ name, size = 16 }: { name: string; size?: number }) {
  return (
    <svg class="verified" width={size} height={size} viewBox="0 0 16 16" role="img" aria-label={name}>
      <path
        fill="currentColor"
        d="M8 .6l1.9 1.3 2.3-.1.6 2.2 1.9 1.3-.8 2.1.8 2.2-1.9 1.3-.6 2.2-2.3-.1L8 14.8l-1.9-1.3-2.3.1-.6-2.2-1.9-1.3.8-2.2-.8-2.1L3.2 4.5l.6-2.2 2.3.1z"
      />
      <path class="verified-tick" fill="none" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" d="M5.3 7.9l1.9 1.9 3.5-3.7" />
    </svg>
  );
}

export type TickKind = "waiting" | "sent" | "delivered" | "read" | "failed";

/** How far an own message has come. */
export function Ticks({ kind, name }: { kind: TickKind; name: string }) {
  const paths: Record<TickKind, string> = {
    waiting: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 5v3l2 1.5",
    sent: "M4 8.5l3 3 6-7",
    delivered: "M1 8.5l3 3 6-7M7.5 11l.5.5 6-7",
    read: "M1 8.5l3 3 6-7M7.5 11l.5.5 6-7",
    failed: "M8 4v5M8 12h.01",
  };
  return (
    <svg
      class={`ticks ticks-${kind}`}
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      role="img"
      aria-label={name}
    >
      <path d={paths[kind]} />
    </svg>
  );
}
