import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { plural } from "../format";
import type { Cause, ExceptionRecord, StackFrame } from "../model";
import { Nothing, Properties } from "../parts/properties";
import { format, traceRoute } from "../route";
import type { TraceState } from "../trace/trace_state";
import type { TabProps } from "./tab";
import { chained, exceptionsOf, findException, type Found } from "./exception_chain";

function Frame({ frame: { label, path, line } }: { frame: StackFrame }) {
  return (
    <li data-testid="frame">
      <span class="frame-label">{label ?? "?"}</span>
      <span class="frame-path">
        {path ?? "?"}
        {line !== undefined && `:${line}`}
      </span>
    </li>
  );
}

function Exception({ exception, isCause }: { exception: ExceptionRecord; isCause: boolean }) {
  const { type, message, remote, stack, truncated, skipped } = exception;
  return (
    <article class="exception" data-testid="exception" data-type={type}>
      {isCause && <p class="caused-by">Caused by</p>}
      <h3>
        {type ?? "Exception"}
        {remote && (
          <span class="remote" title="The called service reported it">
            remote
          </span>
        )}
      </h3>
      {message && <p class="message">{message}</p>}
      {stack && stack.length > 0 && (
        <ol class="stack" aria-label="Stack, innermost frame first">
          {stack.map((frame, index) => (
            <Frame key={index} frame={frame} />
          ))}
        </ol>
      )}
      {truncated ? <p class="muted">{plural(truncated, "frame")} left out</p> : null}
      {skipped ? <p class="muted">{plural(skipped, "exception")} left out</p> : null}
    </article>
  );
}

function Chain({ exceptions }: { exceptions: ExceptionRecord[] }) {
  const causes = new Set(exceptions.map((exception) => exception.cause));
  return (
    <>
      {exceptions.map((exception, index) => (
        <Exception
          key={exception.id ?? index}
          exception={exception}
          isCause={index > 0 && exception.id !== undefined && causes.has(exception.id)}
        />
      ))}
    </>
  );
}

/** An exception that is named by its id only: another entity of the trace recorded it. */
function Reference({ id, state, entity }: { id: string; state: TraceState; entity: string }) {
  const found = useSignal<Found | null | "searching">("searching");
  useEffect(() => {
    const stop = new AbortController();
    const from = state.indices.peek().get(entity) ?? -1;
    findException(state.id, id, state.rows.peek(), from, stop.signal).then(
      (result) => (found.value = result),
      () => {
        if (!stop.signal.aborted) found.value = null;
      },
    );
    return () => stop.abort();
  }, [state, id, entity]);

  const result = found.value;
  if (result === "searching") return <Nothing>Looking for exception {id} in this trace…</Nothing>;
  if (result === null) {
    return (
      <Nothing>
        Refers to exception <code>{id}</code>, which no entity of this trace has recorded.
      </Nothing>
    );
  }
  return (
    <>
      <p class="reference" data-testid="exception-reference">
        First seen in <a href={format(traceRoute(state.id, result.row.id))}>{result.row.name}</a>;
        it passed through here.
      </p>
      <Chain exceptions={result.exceptions} />
    </>
  );
}

function Recorded({ cause }: { cause: Cause }) {
  return (
    <>
      <Chain exceptions={chained(exceptionsOf(cause))} />
      <Properties
        of={[
          ["Working directory", cause.working_directory],
          ["Paths", cause.paths?.join(", ")],
        ]}
      />
    </>
  );
}

export function Exceptions({ entity: { document }, state }: TabProps) {
  const { cause, id = "" } = document;
  if (typeof cause === "string") {
    return <Reference key={`${id}/${cause}`} id={cause} state={state} entity={id} />;
  }
  if (!cause || exceptionsOf(cause).length === 0) {
    return <Nothing>No exceptions were recorded.</Nothing>;
  }
  return <Recorded cause={cause} />;
}
