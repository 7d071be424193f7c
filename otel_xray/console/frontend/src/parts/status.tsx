import type { Status, Summary } from "../model";

export const STATUS_WORDS: Record<Status, string> = {
  ok: "OK",
  error: "Error",
  fault: "Fault",
  throttle: "Throttle",
  pending: "In progress",
};

/** A status in words, with a mark whose shape says it too. */
export function StatusBadge({ status, word }: { status: Status; word?: string }) {
  return (
    <span class={`status status-${status}`}>
      <span class="status-mark" aria-hidden="true" />
      {word ?? STATUS_WORDS[status]}
    </span>
  );
}

/** The word for a whole trace: pending may also mean that the root segment never came. */
export function traceWord(trace: Summary): string {
  const rootIsMissing = trace.status === "pending" && trace.duration !== null;
  return rootIsMissing ? "Incomplete" : STATUS_WORDS[trace.status];
}

/** Troubles inside a trace whose root segment does not show them. */
export function innerTroubles(trace: Summary): Status[] {
  const found: [Status, boolean][] = [
    ["fault", trace.hasFault],
    ["error", trace.hasError],
    ["throttle", trace.hasThrottle],
  ];
  return found.filter(([status, has]) => has && status !== trace.status).map(([status]) => status);
}
