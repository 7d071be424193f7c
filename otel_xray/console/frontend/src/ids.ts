/** Trace ids in both spellings: X-Ray's 1-8-24 and W3C's 32 hex digits. */

const XRAY = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/;
const W3C = /^([0-9a-f]{8})([0-9a-f]{24})$/;
const HEADER_ROOT = /root=([^;\s]+)/i;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The trace id in what somebody pasted: an id in either spelling, a tracing header or a
 * traceparent. In X-Ray's spelling; null when there is none.
 */
export function findTraceId(text: string): string | null {
  const pasted = text.trim().toLowerCase();
  const id = HEADER_ROOT.exec(pasted)?.[1] ?? TRACEPARENT.exec(pasted)?.[1] ?? pasted;
  const parts = XRAY.exec(id) ?? W3C.exec(id);
  return parts ? `1-${parts[1]}-${parts[2]}` : null;
}
