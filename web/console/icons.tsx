/** The signs of the consoles, drawn on a grid of 20 with one stroke. */

const STROKES = {
  messages: "M3.5 4.5h13v9h-8l-3.5 3v-3h-1.5z",
  wallet: "M3 6.5h14v10H3zM3 6.5l10-3v3M13.5 11.5h.01",
  templates: "M4 3.5h12v13H4zM7 7.5h6M7 10.5h6M7 13.5h3",
  campaigns: "M3.5 8v4h3l7 4V4l-7 4zM6 12l1 4.5h2M16 8.5v3",
  webhooks: "M10 3v7l5 5M10 10l-5 5M4 15.5a1.5 1.5 0 1 0 .01 0M16 15.5a1.5 1.5 0 1 0 .01 0",
  consent: "M10 2.5l6 2.5v5c0 4-3 6.5-6 7.5-3-1-6-3.5-6-7.5V5zM7.5 10l2 2 3.5-4",
  connect: "M7 6L3 10l4 4M13 6l4 4-4 4",
  businesses: "M3.5 8L5 3.5h10L16.5 8M4 8v8.5h12V8M3.5 8h13M8 16.5v-5h4v5",
  reports: "M5 17.5v-14M5 4h10l-2 3.5 2 3.5H5",
  audit: "M10 3v14M5 17h10M3 10l2.5-5L8 10zM12 10l2.5-5L17 10zM5.5 5h9",
  health: "M2.5 10.5h4l2-6 3 11 2-5h4",
  shop: "M3.5 8L5 3.5h10L16.5 8M4 8v8.5h12V8M3.5 8h13M8 16.5v-5h4v5",
  link: "M11.5 4h4.5v4.5M16 4l-6.5 6.5M14 12v4H4V6h4",
  phone: "M5 2.5h2.5l1.5 4-2 1.2a9 9 0 0 0 5 5l1.3-2 4 1.6v2.4a2.4 2.4 0 0 1-2.4 2.3C8.3 17 2.5 11 2.7 5A2.5 2.5 0 0 1 5 2.5z",
  copy: "M7.5 7.5h9v9h-9zM12.5 7.5v-4h-9v9h4",
  form: "M5 2.5h10v15H5zM7.5 6.5h5M7.5 10h5M7.5 13.5h3",
  clock: "M10 6v4.3l3 1.7M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0z",
  pin: "M10 17.5s6-5 6-9.5a6 6 0 0 0-12 0c0 4.5 6 9.5 6 9.5zM12 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
  picture: "M3 4h14v12H3zM3 13.5l4-4 3.5 3.5 2.5-2.5 4 4M13 7.5h.01",
  search: "M8.5 3.5a5 5 0 1 0 .01 0M12.5 12.5L17 17",
  close: "M5 5l10 10M15 5L5 15",
  more: "M10 4.5h.01M10 10h.01M10 15.5h.01",
  export: "M10 3v9M6.5 8.5L10 12l3.5-3.5M4 16.5h12",
  back: "M12 4l-6 6 6 6",
} as const;

export type IconName = keyof typeof STROKES;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  const width = name === "more" ? 2.5 : 1.6;
  return (
    <svg class={name === "back" ? "turns" : undefined} width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width={width} stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={STROKES[name]} />
    </svg>
  );
}
