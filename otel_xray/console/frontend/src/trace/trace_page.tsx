import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo } from "preact/hooks";
import { connection } from "../connection";
import { isActivation, isForeign } from "../keys";
import { Splitter } from "../parts/splitter";
import { go, route, TRACES, traceRoute } from "../route";
import { Details } from "../details/details";
import { Summary, traceTitle } from "./summary";
import { Timeline } from "./timeline";
import { openTrace, type TraceState } from "./trace_state";

const PAGE_STEP = 20;

/** The timeline's share beside the details, in percent; it stays from trace to trace. */
const timelineShare = signal(65);

function detailsId(): string | null {
  return route.value.page === "trace" ? route.value.entity : null;
}

/** Show the details of the row under the cursor; while they are open they follow it. */
function showDetails(state: TraceState, { replace }: { replace: boolean }): void {
  if (state.cursor.value !== null) go(traceRoute(state.id, state.cursor.value), { replace });
}

function escape(state: TraceState): void {
  go(detailsId() === null ? TRACES : traceRoute(state.id));
}

const MOVES: Record<string, (state: TraceState) => void> = {
  ArrowDown: (state) => state.move(1),
  ArrowUp: (state) => state.move(-1),
  j: (state) => state.move(1),
  k: (state) => state.move(-1),
  ArrowLeft: (state) => state.retreat(),
  ArrowRight: (state) => state.advance(),
  PageDown: (state) => state.move(PAGE_STEP),
  PageUp: (state) => state.move(-PAGE_STEP),
  Home: (state) => state.moveTo(0),
  End: (state) => state.moveTo(Infinity),
  e: (state) => state.moveToTrouble(1),
  E: (state) => state.moveToTrouble(-1),
};

function act(state: TraceState, key: string): boolean {
  const move = MOVES[key];
  if (move) {
    move(state);
    if (detailsId() !== null) showDetails(state, { replace: true });
  } else if (key === "Enter") showDetails(state, { replace: false });
  else if (key === "Escape") escape(state);
  else return false;
  return true;
}

/** Arrow keys inside the tabs and the panel belong to these, not to the timeline. */
function isInDetails(event: KeyboardEvent): boolean {
  const inside = event.target instanceof Element && event.target.closest(".details") !== null;
  return inside && event.key !== "Escape";
}

function useKeys(state: TraceState): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isForeign(event) || isActivation(event) || isInDetails(event)) return;
      if (act(state, event.key)) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [state]);
}

function Notice({ state }: { state: TraceState }) {
  const gone = connection.value === "reconnecting";
  if (state.missing.value !== null) {
    return (
      <div class="notice" role="status" data-testid="missing">
        <h1>This trace is not here</h1>
        <p>{state.missing.value}</p>
        <p>The page opens it as soon as a segment of it arrives.</p>
      </div>
    );
  }
  return (
    <p class="notice" role="status">
      {gone ? "The server does not answer. Trying again…" : "Loading the trace…"}
    </p>
  );
}

export function TracePage({ id }: { id: string }) {
  const state = useMemo(() => openTrace(id), [id]);
  useEffect(state.follow, [state]);
  useKeys(state);

  // The address names the row whose details are shown: the cursor goes there, once it is loaded,
  // together with the rows, so that no key finds rows without a cursor.
  const entity = detailsId();
  const isLoaded = state.trace.value !== null;
  useLayoutEffect(() => {
    if (entity !== null) state.reveal(entity);
    else if (isLoaded && state.cursor.peek() === null) state.moveTo(0);
  }, [state, entity, isLoaded]);

  useSignalEffect(() => {
    const loaded = state.trace.value;
    document.title = `${loaded ? traceTitle(loaded.trace) : state.id} · otel-xray`;
  });

  const loaded = state.trace.value;
  if (loaded === null) {
    return (
      <main class="page">
        <Notice state={state} />
      </main>
    );
  }
  return (
    <main class="page trace-page">
      <Summary trace={loaded.trace} />
      <div
        class={entity === null ? "trace-body" : "trace-body with-details"}
        style={{ "--timeline": `${timelineShare.value}%` }}
      >
        <Timeline
          state={state}
          open={(row) => {
            state.cursor.value = row;
            showDetails(state, { replace: entity !== null });
          }}
        />
        {entity !== null && (
          <>
            <Details state={state} id={entity} close={() => go(traceRoute(state.id))} />
            <Splitter at={timelineShare} least={25} most={80} label="Width of the timeline" />
          </>
        )}
      </div>
    </main>
  );
}
