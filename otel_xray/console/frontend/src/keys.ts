/** Which key presses are ours. */

const FIELDS = "input, textarea, select, [contenteditable]";

/** A key pressed while typing, or together with a modifier, belongs to the browser. */
export function isForeign(event: KeyboardEvent): boolean {
  const target = event.target;
  const typing = target instanceof Element && target.closest(FIELDS) !== null;
  return typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
}

/** A key that a focused button or link would use itself. */
export function isActivation(event: KeyboardEvent): boolean {
  const target = event.target;
  const active = target instanceof Element && target.closest("button, a, summary") !== null;
  return active && (event.key === "Enter" || event.key === " ");
}
