import { now } from "../clock";
import { ago, clock, count, duration } from "../format";
import type { Summary as TraceSummary } from "../model";
import { AnnotationChips } from "../parts/annotation_chips";
import { CopyButton } from "../parts/copy";
import { StatusBadge, traceWord } from "../parts/status";

const MOST_CHIPS = 6;

/** What a tab of the browser says: GET /orders 500, or the entry point's name. */
export function traceTitle({ http, entryPoint, id }: TraceSummary): string {
  const request = [http?.method, http?.url && pathOf(http.url)].filter(Boolean).join(" ");
  const name = request || entryPoint || id;
  return http?.status ? `${name} ${http.status}` : name;
}

function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]+(?=\/)/i, "");
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Id({ name, text }: { name: string; text: string }) {
  return (
    <span class="id-line">
      <span class="muted">{name}</span>
      <code data-testid="trace-id">{text}</code>
      <CopyButton text={text} what={`${name} trace id`} />
    </span>
  );
}

function seconds(value: number | null): string {
  return value === null ? "in progress" : duration(value);
}

export function Summary({ trace }: { trace: TraceSummary }) {
  const { http } = trace;
  return (
    <section class="summary" aria-label="Trace" data-testid="summary">
      <div class="summary-title">
        <a class="back" href="#/traces" title="All traces (Escape)">
          ‹ Traces
        </a>
        <h1 title={http?.url ?? undefined}>
          {http?.method && <span class="method">{http.method}</span>}
          {http?.url ?? trace.entryPoint ?? "Trace without a root segment"}
        </h1>
        <StatusBadge status={trace.status} word={traceWord(trace)} />
        {http?.status != null && <span class="code-badge">{http.status}</span>}
        {trace.partial && (
          <span class="warning" title="A parent_id names a segment that was never received">
            Partial: a parent was not received
          </span>
        )}
      </div>
      <dl class="facts">
        <Fact name="Duration">{seconds(trace.duration)}</Fact>
        <Fact name="Response time">{seconds(trace.responseTime)}</Fact>
        <Fact name="Start">
          {clock(trace.start)} <span class="muted">({ago(trace.start, now.value)})</span>
        </Fact>
        {http?.url && trace.entryPoint && <Fact name="Entry point"><span class="cut">{trace.entryPoint}</span></Fact>}
        <Fact name="Segments, subsegments">{count(trace.entities)}</Fact>
        {trace.user && <Fact name="User">{trace.user}</Fact>}
      </dl>
      <p class="id-lines">
        <Id name="X-Ray" text={trace.id} />
        <Id name="W3C" text={trace.w3c} />
        <AnnotationChips annotations={trace.annotations} most={MOST_CHIPS} />
      </p>
    </section>
  );
}
