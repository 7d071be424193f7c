import { useEffect, useRef } from "preact/hooks";
import { now } from "../clock";
import { ago, clock, duration, iso, shortUrl } from "../format";
import type { Summary } from "../model";
import { AnnotationChips } from "../parts/annotation_chips";
import { innerTroubles, STATUS_WORDS, StatusBadge, traceWord } from "../parts/status";
import { format, go, traceRoute } from "../route";
import { fresh, selected, traces } from "./list_state";

const MOST_CHIPS = 3;

const COLUMNS = [
  ["Status", "col-status"],
  ["Time", "col-time"],
  ["Entry point", "col-entry"],
  ["Request", "col-request"],
  ["Code", "col-code number"],
  ["Response time", "number"],
  ["Duration", "number"],
  ["Annotations", "col-chips"],
  ["Trace id", "col-id"],
] as const;

function RelativeTime({ time }: { time: number }) {
  return (
    <time dateTime={iso(time)} title={clock(time)}>
      {ago(time, now.value)}
    </time>
  );
}

function Request({ http }: { http: Summary["http"] }) {
  if (!http) return <span class="none">–</span>;
  return (
    <>
      {http.method && <span class="method">{http.method}</span>}
      {http.url && <span title={http.url}>{shortUrl(http.url)}</span>}
    </>
  );
}

/** Seconds, and how they compare with the slowest trace on this page. */
function Duration({ seconds, slowest }: { seconds: number | null; slowest: number }) {
  if (seconds === null) return <span class="none">…</span>;
  const share = slowest > 0 ? (100 * seconds) / slowest : 0;
  return (
    <span class="measure">
      {duration(seconds)}
      <span class="measure-bar" style={{ width: `${share}%` }} aria-hidden="true" />
    </span>
  );
}

function TraceStatus({ trace }: { trace: Summary }) {
  return (
    <>
      <StatusBadge status={trace.status} word={traceWord(trace)} />
      {innerTroubles(trace).map((status) => (
        <span
          key={status}
          class={`inner status-${status}`}
          title={`${STATUS_WORDS[status]} inside the trace`}
        >
          <span class="status-mark" aria-hidden="true" />
          <span class="offscreen">{STATUS_WORDS[status]} inside the trace</span>
        </span>
      ))}
    </>
  );
}

function EntryPoint({ trace }: { trace: Summary }) {
  const others = [...new Set(trace.services)].filter((name) => name !== trace.entryPoint);
  return (
    <>
      <span class="entry-name">{trace.entryPoint ?? "Root segment not received"}</span>
      {others.length > 0 && (
        <span class="entry-others" title={others.join("\n")}>
          {others.join(", ")}
        </span>
      )}
    </>
  );
}

function TraceRow({ trace, slowest }: { trace: Summary; slowest: number }) {
  const row = useRef<HTMLTableRowElement>(null);
  const isSelected = selected.value === trace.id;
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: "nearest" });
  }, [isSelected]);
  const target = traceRoute(trace.id);
  const click = (event: MouseEvent) => {
    const reading = getSelection()?.isCollapsed === false;
    if (reading || (event.target instanceof Element && event.target.closest("a"))) return;
    selected.value = trace.id; // where one comes back to
    go(target);
  };
  const classes = [isSelected && "selected", fresh.value.has(trace.id) && "fresh"];
  return (
    <tr
      ref={row}
      class={classes.filter(Boolean).join(" ")}
      data-testid="trace-row"
      data-trace-id={trace.id}
      data-status={trace.status}
      aria-current={isSelected ? "true" : undefined}
      onClick={click}
    >
      <td class="col-status">
        <TraceStatus trace={trace} />
      </td>
      <td class="col-time">
        <RelativeTime time={trace.start} />
      </td>
      <td class="col-entry">
        <EntryPoint trace={trace} />
      </td>
      <td class="col-request">
        <Request http={trace.http} />
      </td>
      <td class="col-code number">{trace.http?.status ?? <span class="none">–</span>}</td>
      <td class="number">
        {trace.responseTime === null ? (
          <span class="none">…</span>
        ) : (
          duration(trace.responseTime)
        )}
      </td>
      <td class="number">
        <Duration seconds={trace.duration} slowest={slowest} />
      </td>
      <td class="col-chips">
        <AnnotationChips annotations={trace.annotations} most={MOST_CHIPS} />
      </td>
      <td class="col-id">
        <a href={format(target)} title={`${trace.id}\n${trace.w3c}`}>
          {trace.id}
        </a>
      </td>
    </tr>
  );
}

export function TraceTable() {
  const rows = traces.value;
  const slowest = Math.max(0, ...rows.map((trace) => trace.duration ?? 0));
  return (
    <div class="table-frame">
      <table class="traces" data-testid="traces" aria-label="Traces, newest first">
        <thead>
          <tr>
            {COLUMNS.map(([title, name]) => (
              <th key={title} scope="col" class={name}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((trace) => (
            <TraceRow key={trace.id} trace={trace} slowest={slowest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
