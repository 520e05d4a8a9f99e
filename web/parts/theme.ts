/** Light, dark, or as the system says; the choice is kept in the browser. */

import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const STORED_AS = "clarine.theme";

export const theme = signal<Theme>(remembered());
apply(theme.value);

/** Change the theme now and remember it for the next visit. */
export function chooseTheme(wish: Theme): void {
  theme.value = wish;
  apply(wish);
  try {
    localStorage.setItem(STORED_AS, wish);
  } catch {
    // The choice then holds until the page is closed.
  }
}

function apply(wish: Theme): void {
  if (wish === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wish;
}

function remembered(): Theme {
  try {
    const stored = localStorage.getItem(STORED_AS);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}
