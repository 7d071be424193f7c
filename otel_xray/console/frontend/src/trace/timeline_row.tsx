import { duration, origin, plural } from "../format";
import type { Row } from "../model";
import { StatusBadge } from "../parts/status";
import { type Extent, position } from "./axis";
import type { TraceState } from "./trace_state";
import { hasChildren } from "./tree";

export const ROW_HEIGHT = 28;
const INDENT = 14;
const DEEPEST = "18cqw"; // deeper rows keep this indent, so that names stay readable

const PHASE_WORDS = {
  initialization: "Initialization",
  invocation: "Invocation",
  overhead: "Overhead",
} as const;

const NAMESPACES: Record<string, string> = { aws: "AWS" };

interface Props {
  state: TraceState;
  index: number;
  /** Among the visible rows. */
  place: number;
  open: (row: string) => void;
}

export function rowElementId(id: string | null): string {
  return `row-${id}`;
}

function Expander({ state, row }: { state: TraceState; row: Row }) {
  const isCollapsed = state.collapsed.value.has(row.id);
  const toggle = (event: MouseEvent) => {
    event.stopPropagation();
    state.toggle(row.id);
  };
  return (
    <button
      type="button"
      class="expander"
      tabIndex={-1}
      aria-label={isCollapsed ? "Expand" : "Collapse"}
      data-testid="expander"
      onClick={toggle}
    >
      <svg viewBox="0 0 10 10" aria-hidden="true" class={isCollapsed ? "" : "open"}>
        <path d="M3 1.5 7 5 3 8.5" />
      </svg>
    </button>
  );
}

/** What kind of thing a row is: a segment's origin, a subsegment's namespace. */
function OriginBadge({ row }: { row: Row }) {
  if (row.origin) {
    return (
      <span class="origin" title={row.origin}>
        {origin(row.origin)}
      </span>
    );
  }
  if (!row.namespace) return null;
  return (
    <span class="origin called" title={`Namespace ${row.namespace}`}>
      {NAMESPACES[row.namespace] ?? row.namespace}
    </span>
  );
}

function Count({ kind, letter, value }: { kind: string; letter: string; value: number }) {
  if (!value) return null;
  const title = plural(value, kind, kind === "metadata" ? "metadata namespaces" : `${kind}s`);
  return (
    <span class={`count count-${kind}`} title={title}>
      <span aria-hidden="true">
        {letter} {value}
      </span>
      <span class="offscreen">{title}</span>
    </span>
  );
}

function NameCell({ state, row, index }: { state: TraceState; row: Row; index: number }) {
  const indent = `min(${INDENT * row.depth + 4}px, ${DEEPEST})`;
  return (
    <div role="gridcell" class="name-cell" style={{ paddingLeft: indent }}>
      {hasChildren(state.rows.value, index) ? (
        <Expander state={state} row={row} />
      ) : (
        <span class="leaf" aria-hidden="true" />
      )}
      <span class="row-name" title={row.name}>
        {row.name}
      </span>
      <OriginBadge row={row} />
      {row.orphan && (
        <span class="orphan" title={`Its parent ${row.parent ?? ""} was not received`}>
          parent missing
        </span>
      )}
      <span class="counts">
        <Count kind="annotation" letter="A" value={row.annotations} />
        <Count kind="metadata" letter="M" value={row.metadata} />
        <Count kind="exception" letter="E" value={row.exceptions} />
        {row.sql && <span class="count count-sql">SQL</span>}
      </span>
    </div>
  );
}

/** Where there is room for a bar's label: after it, before it, else within. */
function labelPlace(from: number, to: number): { side: string; style: Record<string, string> } {
  if (to < 0.8) return { side: "after", style: { left: `${100 * to}%` } };
  if (from > 0.2) return { side: "before", style: { right: `${100 * (1 - from)}%` } };
  return { side: "within", style: { left: `${100 * from}%` } };
}

function lengthOf(row: Row, extent: Extent, abandoned: boolean): string {
  if (row.inProgress && abandoned) return "no end received";
  const time = duration((row.end ?? extent.end) - row.start);
  return row.inProgress ? `in progress, ${time}` : time;
}

function barLabel(row: Row, extent: Extent, abandoned: boolean): string {
  const length = lengthOf(row, extent, abandoned);
  return row.phase ? `${PHASE_WORDS[row.phase]} · ${length}` : length;
}

function BarCell({ row, state }: { row: Row; state: TraceState }) {
  const extent = state.extent.value;
  const from = position(extent, row.start);
  const to = position(extent, row.end ?? extent.end);
  const { side, style } = labelPlace(from, to);
  return (
    <div role="gridcell" class="bar-cell">
      <div class="track">
        <span
          class={`bar bar-${row.inProgress ? "pending" : row.status}`}
          style={{ left: `${100 * from}%`, width: `${100 * (to - from)}%` }}
        />
        <span class={`bar-label ${side}`} style={style}>
          {barLabel(row, extent, state.abandoned.value)}
        </span>
      </div>
    </div>
  );
}

export function TimelineRow({ state, index, place, open }: Props) {
  const row = state.rows.value[index];
  if (!row) return null;
  const isSelected = state.cursor.value === row.id;
  const phase = state.phases.value[index];
  const classes = ["row", row.kind, isSelected && "selected", row.phase && "phase-row"];
  return (
    <div
      id={rowElementId(row.id)}
      role="row"
      class={[...classes, phase && `phase-${phase}`].filter(Boolean).join(" ")}
      style={{ top: `${place * ROW_HEIGHT}px` }}
      aria-level={row.depth + 1}
      aria-rowindex={place + 2}
      aria-selected={isSelected}
      aria-expanded={
        hasChildren(state.rows.value, index) ? !state.collapsed.value.has(row.id) : undefined
      }
      data-testid="timeline-row"
      data-id={row.id}
      data-name={row.name}
      data-kind={row.kind}
      data-status={row.status}
      data-phase={row.phase ?? ""}
      data-depth={row.depth}
      onClick={() => open(row.id)}
    >
      <NameCell state={state} row={row} index={index} />
      <div role="gridcell" class="col-status">
        <StatusBadge status={row.inProgress ? "pending" : row.status} />
      </div>
      <div role="gridcell" class="col-code">
        {row.code}
      </div>
      <BarCell row={row} state={state} />
    </div>
  );
}
