/** One open trace: its rows, what is collapsed, where the cursor is. */

import { batch, computed, signal } from "@preact/signals";
import { getRevision, getTrace, Refused } from "../api";
import { now } from "../clock";
import { poll } from "../connection";
import type { Row, Status, Trace } from "../model";
import { extentOf } from "./axis";
import { hasChildren, parentOf, phasesOf, positionOf, visibleRows } from "./tree";

const INTERVAL = 2_000;
/** A big trace is asked for less often: fetching takes at most this share of the time. */
const FETCHING_SHARE = 0.05;
const TROUBLES: ReadonlySet<Status> = new Set(["error", "fault", "throttle"]);

export type TraceState = ReturnType<typeof openTrace>;

export function openTrace(id: string) {
  const trace = signal<Trace | null>(null);
  const missing = signal<string | null>(null);
  const collapsed = signal<ReadonlySet<string>>(new Set());
  /** The row under the cursor, by id, so that it stays when rows are added. */
  const cursor = signal<string | null>(null);

  const rows = computed<readonly Row[]>(() => trace.value?.rows ?? []);
  const indices = computed(() => new Map(rows.value.map((row, index) => [row.id, index])));
  const visible = computed(() => visibleRows(rows.value, collapsed.value));
  const phases = computed(() => phasesOf(rows.value));
  const growing = computed(() => rows.value.some((row) => row.inProgress));
  const extent = computed(() => extentOf(rows.value, growing.value ? now.value : 0));
  /** Something never ended, so long ago that its bar does not reach the present. */
  const abandoned = computed(() => growing.value && extent.value.end < now.value);
  const cursorIndex = computed(() => indices.value.get(cursor.value ?? "") ?? -1);
  const cursorPosition = computed(() => positionOf(visible.value, cursorIndex.value));

  /** Ask for the trace whenever something was stored, until the returned function is called. */
  function follow(): () => void {
    let tag: string | null = null;
    return poll(async (signal) => {
      const revision = await getRevision(tag, signal);
      if (revision === null) return;
      const begun = performance.now();
      await fetchTrace(signal);
      tag = revision;
      return Math.max(INTERVAL, (performance.now() - begun) / FETCHING_SHARE);
    });
  }

  async function fetchTrace(signal: AbortSignal): Promise<void> {
    try {
      const loaded = await getTrace(id, signal);
      batch(() => {
        missing.value = null;
        trace.value = loaded;
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      missing.value = error.message;
    }
  }

  function moveTo(place: number): void {
    const last = visible.value.length - 1;
    const index = visible.value[Math.min(Math.max(place, 0), last)];
    if (index !== undefined) cursor.value = rows.value[index]?.id ?? null;
  }

  function move(step: number): void {
    moveTo(cursorPosition.value < 0 ? 0 : cursorPosition.value + step);
  }

  /** Go to the next row (1) or the one before (-1) with an error, a fault or a throttle. */
  function moveToTrouble(step: 1 | -1): void {
    const total = rows.value.length;
    const from = cursorIndex.value < 0 && step < 0 ? total : cursorIndex.value;
    for (let passed = 1; passed <= total; passed += 1) {
      const row = rows.value[(from + step * passed + total) % total];
      if (row && TROUBLES.has(row.status)) return reveal(row.id);
    }
  }

  function setCollapsed(id: string, hide: boolean): void {
    const next = new Set(collapsed.value);
    if (hide) next.add(id);
    else next.delete(id);
    collapsed.value = next;
  }

  function toggle(id: string): void {
    setCollapsed(id, !collapsed.value.has(id));
    const index = indices.value.get(id) ?? -1;
    if (cursorIndex.value > index && cursorPosition.value < 0) cursor.value = id;
  }

  function collapseAll(): void {
    const parents = rows.value.filter((_, index) => hasChildren(rows.value, index));
    batch(() => {
      collapsed.value = new Set(parents.map((row) => row.id));
      if (cursorPosition.value < 0) moveTo(0);
    });
  }

  function expandAll(): void {
    collapsed.value = new Set();
  }

  /** Left key: close the row, or go to its parent. */
  function retreat(): void {
    const index = cursorIndex.value;
    const row = rows.value[index];
    if (!row) return move(0);
    if (hasChildren(rows.value, index) && !collapsed.value.has(row.id)) {
      return setCollapsed(row.id, true);
    }
    const parent = rows.value[parentOf(rows.value, index)];
    if (parent) cursor.value = parent.id;
  }

  /** Right key: open the row, or go to its first child. */
  function advance(): void {
    const index = cursorIndex.value;
    const row = rows.value[index];
    if (!row) return move(0);
    if (!hasChildren(rows.value, index)) return;
    if (collapsed.value.has(row.id)) setCollapsed(row.id, false);
    else move(1);
  }

  /** Put the cursor on a row, opening what hides it. */
  function reveal(id: string): void {
    const found = indices.value.get(id);
    if (found === undefined) return;
    const open = new Set(collapsed.value);
    for (let at = parentOf(rows.value, found); at >= 0; at = parentOf(rows.value, at)) {
      open.delete(rows.value[at]?.id ?? "");
    }
    batch(() => {
      if (open.size !== collapsed.value.size) collapsed.value = open;
      cursor.value = id;
    });
  }

  return {
    id, trace, missing, rows, indices, visible, phases, extent, abandoned,
    collapsed, cursor, cursorIndex, cursorPosition,
    follow, moveTo, move, moveToTrouble, toggle, collapseAll, expandAll, retreat, advance, reveal,
  };
}
