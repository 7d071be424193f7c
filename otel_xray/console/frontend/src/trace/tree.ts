/**
 * The rows of a trace as a tree, without building one.
 *
 * The server sends rows depth first with their depth, so that the descendants of a row are those
 * that follow it with a greater depth. A trace may have 100,000 rows: what changes on a collapse
 * is one array of indices, no object is made anew.
 */

import type { Phase, Row } from "../model";

export function hasChildren(rows: readonly Row[], index: number): boolean {
  const row = rows[index];
  const next = rows[index + 1];
  return row !== undefined && next !== undefined && next.depth > row.depth;
}

/** The index of the first row after the descendants of `index`. */
export function subtreeEnd(rows: readonly Row[], index: number): number {
  const depth = rows[index]?.depth ?? 0;
  let end = index + 1;
  while (end < rows.length && (rows[end]?.depth ?? 0) > depth) end += 1;
  return end;
}

/** The index of the row that `index` hangs below; -1 for a root. */
export function parentOf(rows: readonly Row[], index: number): number {
  const depth = rows[index]?.depth ?? 0;
  let parent = index - 1;
  while (parent >= 0 && (rows[parent]?.depth ?? 0) >= depth) parent -= 1;
  return parent;
}

/** Indices of the rows that no collapsed row hides, in order. */
export function visibleRows(rows: readonly Row[], collapsed: ReadonlySet<string>): Int32Array {
  const visible = new Int32Array(rows.length);
  let size = 0;
  for (let index = 0; index < rows.length; ) {
    visible[size] = index;
    size += 1;
    const id = rows[index]?.id ?? "";
    index = collapsed.has(id) ? subtreeEnd(rows, index) : index + 1;
  }
  return visible.subarray(0, size);
}

/** Where a row's index stands among the visible ones; -1 when it is hidden. */
export function positionOf(visible: Int32Array, index: number): number {
  let low = 0;
  let high = visible.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = visible[middle] ?? 0;
    if (found === index) return middle;
    if (found < index) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The phase that each row belongs to: its own or that of the nearest ancestor with one. */
export function phasesOf(rows: readonly Row[]): (Phase | null)[] {
  const byDepth: (Phase | null)[] = [];
  return rows.map(({ depth, phase, kind }) => {
    const inherited = kind === "segment" || depth === 0 ? null : (byDepth[depth - 1] ?? null);
    const own = phase ?? inherited;
    byDepth[depth] = own;
    return own;
  });
}
