import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { PAGE_SIZE } from "../api";
import { connection } from "../connection";
import { count, plural } from "../format";
import { isActivation, isForeign } from "../keys";
import { go, traceRoute } from "../route";
import { FirstTrace } from "./first_trace";
import { cursors, follow, move, newer, newest, older, page, selected, traces } from "./list_state";
import { TraceTable } from "./trace_table";

const KEYS: Record<string, () => void> = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Home: () => move(-Infinity),
  End: () => move(Infinity),
  n: older,
  p: newer,
  Enter: open,
  Escape: () => (selected.value = null),
};

function open(): void {
  if (selected.value !== null) go(traceRoute(selected.value));
}

function press(event: KeyboardEvent): void {
  const action = KEYS[event.key];
  if (!action || isForeign(event) || isActivation(event)) return;
  event.preventDefault();
  action();
}

function range(): string {
  const first = cursors.value.length * PAGE_SIZE;
  return `${count(first + 1)}–${count(first + traces.value.length)}`;
}

function Paging() {
  const atNewest = cursors.value.length === 0;
  return (
    <nav class="paging" aria-label="Pages of the trace list">
      <button type="button" class="button" disabled={atNewest} onClick={newest}>
        Newest
      </button>
      <button type="button" class="button" disabled={atNewest} onClick={newer} title="Key p">
        Newer
      </button>
      <span class="paging-range">{traces.value.length ? range() : ""}</span>
      <button
        type="button"
        class="button"
        data-testid="older"
        disabled={!page.value?.next}
        onClick={older}
        title="Key n"
      >
        Older
      </button>
    </nav>
  );
}

function KeyHints() {
  return (
    <p class="hints">
      <kbd>j</kbd> <kbd>k</kbd> move · <kbd>Enter</kbd> open · <kbd>/</kbd> trace id ·{" "}
      <kbd>n</kbd> <kbd>p</kbd> older, newer
    </p>
  );
}

export function TracesPage() {
  useEffect(follow, []);
  useEffect(() => {
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  useSignalEffect(() => {
    document.title = "Traces · otel-xray";
  });

  const loaded = page.value;
  if (loaded === null) {
    const waiting = connection.value === "reconnecting";
    return (
      <main class="page">
        <p class="notice" role="status">
          {waiting ? "The server does not answer. Trying again…" : "Loading traces…"}
        </p>
      </main>
    );
  }
  if (loaded.total === 0) return <FirstTrace />;
  return (
    <main class="page">
      <div class="page-bar">
        <h1>Traces</h1>
        <span class="page-count" data-testid="total">
          {plural(loaded.total, "trace")}
        </span>
        <KeyHints />
        <Paging />
      </div>
      <TraceTable />
    </main>
  );
}
