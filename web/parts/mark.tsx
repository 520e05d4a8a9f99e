/** The mark of the house: a cow's bell from the side, one stroke. */

/** Where the stroke runs: up one shoulder, round the strap, down the flank, along the rim and round the clapper. */
export const BELL_STROKE =
  "M19 14V11C19 4.5 29 4.5 29 11V14H17C14.6 14 13.2 15.2 12.8 17L8.4 35.2C7.9 37.4 9 39 11 39H19.5C19.5 45 28.5 45 28.5 39" +
  "H37C39 39 40.1 37.4 39.6 35.2L35.2 17C34.8 15.2 33.4 14 31 14H29";

interface BellProps {
  /** Height and width in CSS pixels. */
  size?: number;
  /** How often it has rung; each new number swings it once. */
  rings?: number;
  /** What it is called for those who cannot see it; without a name it is ornament. */
  name?: string;
}

export function Bell({ size = 24, rings = 0, name }: BellProps) {
  return (
    <svg
      key={rings}
      class={rings > 0 ? "bell bell-rings" : "bell"}
      width={size}
      height={size}
      viewBox="0 0 48 48"
      fill="none"
      stroke="currentColor"
      stroke-width="3"
      stroke-linecap="round"
      stroke-linejoin="round"
      role={name ? "img" : undefined}
      aria-label={name}
      aria-hidden={name ? undefined : "true"}
    >
      <path d={BELL_STROKE} />
    </svg>
  );
}
