import { signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { plural } from "../format";
import { Splitter } from "../parts/splitter";
import { type Tick, ticks } from "./axis";
import { ROW_HEIGHT, rowElementId, TimelineRow } from "./timeline_row";
import type { TraceState } from "./trace_state";

/** Rows drawn above and below what is seen, so that scrolling shows no gaps. */
const MARGIN = 10;
const TICK_WIDTH = 110;

/** The share of the names, in percent; it stays from trace to trace. */
const nameShare = signal(40);

/** The scrolled part of the rows: its first one and how many there are. */
function useWindow() {
  const body = useRef<HTMLDivElement>(null);
  const scrolled = useSignal(0);
  const height = useSignal(600);
  const width = useSignal(900);
  const first = useComputed(() =>
    Math.max(0, Math.floor(scrolled.value / ROW_HEIGHT) - MARGIN),
  );
  const size = useComputed(() => Math.ceil(height.value / ROW_HEIGHT) + 2 * MARGIN);

  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    const watch = new ResizeObserver(() => {
      height.value = element.clientHeight;
      width.value = element.clientWidth;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const onScroll = () => {
    if (body.current) scrolled.value = body.current.scrollTop;
  };
  return { body, first, size, width, onScroll };
}

/** Scroll as little as needed for the row at `place` to be seen. */
function scrollTo(element: HTMLElement, place: number): void {
  const top = place * ROW_HEIGHT;
  const bottom = top + ROW_HEIGHT;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (bottom > element.scrollTop + element.clientHeight) {
    element.scrollTop = bottom - element.clientHeight;
  }
}

function Axis({ marks }: { marks: Tick[] }) {
  return (
    <div class="axis">
      {marks.map(({ at, label }) => (
        <span key={at} class="axis-label" style={{ left: `${100 * at}%` }}>
          {label}
        </span>
      ))}
    </div>
  );
}

function GridLines({ marks }: { marks: Tick[] }) {
  return (
    <div class="grid-lines" aria-hidden="true">
      {marks.map(({ at }) => (
        <span key={at} style={{ left: `${100 * at}%` }} />
      ))}
    </div>
  );
}

function Toolbar({ state }: { state: TraceState }) {
  const hidden = state.rows.value.length - state.visible.value.length;
  return (
    <div class="toolbar">
      <h2>Segments timeline</h2>
      {hidden > 0 && <span class="muted">{plural(hidden, "row")} collapsed</span>}
      <span class="spacer" />
      <p class="hints">
        <kbd>↑</kbd> <kbd>↓</kbd> move · <kbd>←</kbd> <kbd>→</kbd> collapse, expand ·{" "}
        <kbd>Enter</kbd> details · <kbd>e</kbd> next error · <kbd>Esc</kbd> back
      </p>
      <button type="button" class="button small" onClick={state.expandAll}>
        Expand all
      </button>
      <button type="button" class="button small" onClick={state.collapseAll}>
        Collapse all
      </button>
    </div>
  );
}

export function Timeline({ state, open }: { state: TraceState; open: (row: string) => void }) {
  const { body, first, size, width, onScroll } = useWindow();
  const marks = ticks(state.extent.value, (0.55 * width.value) / TICK_WIDTH);
  const visible = state.visible.value;
  const shown = Array.from(visible.subarray(first.value, first.value + size.value));

  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => grid.current?.focus({ preventScroll: true }), []);

  const place = state.cursorPosition.value;
  useEffect(() => {
    if (body.current && place >= 0) scrollTo(body.current, place);
  }, [place, state.cursor.value]);

  return (
    <section class="timeline" aria-label="Segments timeline">
      <Toolbar state={state} />
      <div class="split-head">
        <div style={{ width: `${width.value}px` }}>
          <Splitter at={nameShare} least={15} most={70} label="Width of the names" />
        </div>
      </div>
      <div
        ref={grid}
        class="treegrid"
        role="treegrid"
        aria-label="Segments timeline"
        aria-rowcount={visible.length + 1}
        aria-activedescendant={place >= 0 ? rowElementId(state.cursor.value) : undefined}
        tabIndex={0}
        data-testid="timeline"
        style={{ "--name": `${nameShare.value}%` }}
      >
        <div role="rowgroup" class="columns">
          <div role="row" aria-rowindex={1} class="row head">
            <div role="columnheader">Name</div>
            <div role="columnheader" class="col-status">
              Status
            </div>
            <div role="columnheader" class="col-code">
              Code
            </div>
            <div role="columnheader" aria-label="Time" class="bar-cell">
              <Axis marks={marks} />
            </div>
          </div>
        </div>
        <div role="rowgroup" class="rows" ref={body} onScroll={onScroll} tabIndex={-1}>
          <div
            class="rows-all"
            role="presentation"
            style={{ height: `${visible.length * ROW_HEIGHT}px` }}
          >
            <GridLines marks={marks} />
            {shown.map((index, offset) => (
              <TimelineRow
                key={state.rows.value[index]?.id}
                state={state}
                index={index}
                place={first.value + offset}
                open={open}
              />
            ))}
          </div>
        </div>
      </div>
    </section>
  );
}
