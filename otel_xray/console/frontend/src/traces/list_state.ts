/** What the trace list shows: one page of summaries, kept up to date. */

import { batch, computed, signal } from "@preact/signals";
import { getTraces } from "../api";
import { poll } from "../connection";
import type { Summary, TracePage } from "../model";

export const page = signal<TracePage | null>(null);
/** Cursors of the pages passed on the way to this one; empty on the newest page. */
export const cursors = signal<string[]>([]);
/** The trace under the keyboard's cursor, by id, so that new traces do not move it. */
export const selected = signal<string | null>(null);
/** Traces that came in since the page was opened or turned. */
export const fresh = signal<ReadonlySet<string>>(new Set());

export const traces = computed<Summary[]>(() => page.value?.traces ?? []);

let tag: string | null = null;
let wake: (() => void) | null = null;

/** Keep the list up to date until the returned function is called. */
export function follow(): () => void {
  let stop = start();
  wake = () => {
    stop();
    stop = start();
  };
  return () => {
    wake = null;
    stop();
  };
}

function start(): () => void {
  tag = null;
  const before = cursors.value.at(-1) ?? null;
  let first = true;
  return poll(async (signal) => {
    const answer = await getTraces(before, tag, signal);
    if (answer === null || signal.aborted) return;
    tag = answer.tag;
    accept(answer.value, { first });
    first = false;
  });
}

function accept(next: TracePage, { first }: { first: boolean }): void {
  const known = new Set(traces.value.map((trace) => trace.id));
  const added = next.traces.filter((trace) => !known.has(trace.id)).map((trace) => trace.id);
  batch(() => {
    fresh.value = first ? new Set() : new Set([...fresh.value, ...added]);
    page.value = next;
  });
}

export function older(): void {
  const next = page.value?.next;
  if (next) turn([...cursors.value, next]);
}

export function newer(): void {
  if (cursors.value.length) turn(cursors.value.slice(0, -1));
}

export function newest(): void {
  if (cursors.value.length) turn([]);
}

function turn(to: string[]): void {
  batch(() => {
    cursors.value = to;
    selected.value = null;
  });
  wake?.();
}

/** Move the cursor by `step` rows; the first press puts it on the first row. */
export function move(step: number): void {
  const ids = traces.value.map((trace) => trace.id);
  const at = selected.value === null ? -1 : ids.indexOf(selected.value);
  const to = at < 0 ? 0 : Math.min(Math.max(at + step, 0), ids.length - 1);
  selected.value = ids[to] ?? null;
}
