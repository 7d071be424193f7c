/** Deep links: #/traces, #/traces/<trace id>, #/traces/<trace id>/<entity id>. */

import { signal } from "@preact/signals";

export type Route =
  | { page: "traces" }
  | { page: "trace"; trace: string; entity: string | null };

export const TRACES: Route = { page: "traces" };

export function parse(hash: string): Route {
  const [page, trace, entity] = hash.replace(/^#?\/?/, "").split("/").map(decoded);
  if (page !== "traces" || !trace) return TRACES;
  return { page: "trace", trace, entity: entity || null };
}

export function format(route: Route): string {
  if (route.page === "traces") return "#/traces";
  const parts = [route.trace, ...(route.entity === null ? [] : [route.entity])];
  return `#/traces/${parts.map(encodeURIComponent).join("/")}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray % in a link made by hand
  }
}

export const route = signal<Route>(parse(location.hash));

/** Show another page; `replace` leaves no step for the back button. */
export function go(to: Route, { replace = false } = {}): void {
  if (format(to) === format(route.value)) return;
  history[replace ? "replaceState" : "pushState"](null, "", format(to));
  route.value = to;
}

export function traceRoute(trace: string, entity: string | null = null): Route {
  return { page: "trace", trace, entity };
}

function follow(): void {
  const to = parse(location.hash);
  if (format(to) !== format(route.value)) route.value = to;
}

addEventListener("popstate", follow);
addEventListener("hashchange", follow);
