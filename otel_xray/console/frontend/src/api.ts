/** Requests to the server that delivered the page. */

import type { Entity, ServerStatus, Trace, TracePage } from "./model";

export const PAGE_SIZE = 50;

/** The server answered, and the answer is no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A JSON answer with the tag that asks for it again only if it has changed. */
export interface Tagged<T> {
  value: T;
  tag: string | null;
}

async function message(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { message?: unknown };
    if (typeof body.message === "string") return body.message;
  } catch {
    // not JSON: something between us and the server answered
  }
  return `The server answered ${response.status} ${response.statusText}`.trim();
}

/** GET a path; null when it still carries `tag` (304). */
async function get<T>(
  path: string,
  signal: AbortSignal,
  tag: string | null = null,
): Promise<Tagged<T> | null> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (tag !== null) headers["if-none-match"] = tag;
  const response = await fetch(path, { headers, signal, cache: "no-store" });
  if (response.status === 304) return null;
  if (!response.ok) throw new Refused(response.status, await message(response));
  return { value: (await response.json()) as T, tag: response.headers.get("etag") };
}

async function value<T>(path: string, signal: AbortSignal): Promise<T> {
  const answer = await get<T>(path, signal);
  if (answer === null) throw new Refused(304, "The server sent no content");
  return answer.value;
}

export function getTraces(
  before: string | null,
  tag: string | null,
  signal: AbortSignal,
): Promise<Tagged<TracePage> | null> {
  const cursor = before === null ? "" : `&before=${encodeURIComponent(before)}`;
  return get(`api/traces?limit=${PAGE_SIZE}${cursor}`, signal, tag);
}

/** Ask only whether anything at all was stored since `tag`; null when not. */
export async function getRevision(
  tag: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const answer = await get<TracePage>("api/traces?limit=1", signal, tag);
  return answer && (answer.tag ?? `"${answer.value.revision}"`);
}

export function getTrace(id: string, signal: AbortSignal): Promise<Trace> {
  return value(`api/traces/${encodeURIComponent(id)}`, signal);
}

export function getEntity(trace: string, entity: string, signal: AbortSignal): Promise<Entity> {
  const path = `api/traces/${encodeURIComponent(trace)}/entities/${encodeURIComponent(entity)}`;
  return value(path, signal);
}

export function getStatus(signal: AbortSignal): Promise<ServerStatus> {
  return value("api/status", signal);
}
