/** Light, dark, or as the system says; remembered by the browser. */

import { effect, signal } from "@preact/signals";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "otel-xray.theme";

function remembered(): Theme {
  try {
    const text = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === text) ?? "auto";
  } catch {
    return "auto"; // storage is switched off
  }
}

export const theme = signal<Theme>(remembered());

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "auto";
}

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // storage is switched off: the choice lasts as long as the page
  }
});
