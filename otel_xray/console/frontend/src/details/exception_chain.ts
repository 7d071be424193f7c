/** The exceptions of a cause, and where one is that another entity recorded. */

import { getEntity, Refused } from "../api";
import type { Cause, ExceptionRecord, Row } from "../model";

/** Documents looked through for an exception that is named by its id only. */
const MOST_LOOKED_AT = 50;

export interface Found {
  row: Row;
  exceptions: ExceptionRecord[];
}

/** Ordered so that each exception is followed by the one that caused it. */
export function chained(exceptions: readonly ExceptionRecord[]): ExceptionRecord[] {
  const byId = new Map(exceptions.map((exception) => [exception.id, exception]));
  const causes = new Set(exceptions.map((exception) => exception.cause));
  const heads = exceptions.filter((exception) => !exception.id || !causes.has(exception.id));
  const ordered = new Set<ExceptionRecord>();
  for (const head of [...heads, ...exceptions]) {
    let next: ExceptionRecord | undefined = head;
    while (next && !ordered.has(next)) {
      ordered.add(next);
      next = next.cause ? byId.get(next.cause) : undefined;
    }
  }
  return [...ordered];
}

export function exceptionsOf(cause: Cause | string | undefined): ExceptionRecord[] {
  return typeof cause === "object" ? (cause.exceptions ?? []) : [];
}

/**
 * Find the entity that recorded the exception `id`.
 *
 * X-Ray's SDKs write an exception once, where it was first seen, and only its id into the
 * entities that it passes through: first the rows after this one (its subsegments) are looked at.
 */
export async function findException(
  trace: string,
  id: string,
  rows: readonly Row[],
  from: number,
  signal: AbortSignal,
): Promise<Found | null> {
  const order = [...rows.slice(from + 1), ...rows.slice(0, Math.max(from, 0))];
  const candidates = order.filter((row) => row.exceptions > 0).slice(0, MOST_LOOKED_AT);
  for (const row of candidates) {
    const exceptions = await exceptionsAt(trace, row.id, signal);
    if (exceptions.some((exception) => exception.id === id)) {
      const start = exceptions.findIndex((exception) => exception.id === id);
      return { row, exceptions: chained(exceptions.slice(start)) };
    }
  }
  return null;
}

async function exceptionsAt(
  trace: string,
  entity: string,
  signal: AbortSignal,
): Promise<ExceptionRecord[]> {
  try {
    return exceptionsOf((await getEntity(trace, entity, signal)).document.cause);
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}
