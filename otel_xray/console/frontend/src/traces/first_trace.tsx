import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getStatus } from "../api";
import type { ServerStatus } from "../model";
import { CopyButton } from "../parts/copy";

interface Way {
  title: string;
  text: string;
  command: string;
}

/** One OTLP request that any shell can make: a span of 120 ms that ends now. */
function otlpRequest(address: string): string {
  const span = [
    `"traceId":"'$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')'"`,
    `"spanId":"'$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')'"`,
    `"name":"hello","kind":2`,
    `"startTimeUnixNano":"'$(date +%s)'000000000"`,
    `"endTimeUnixNano":"'$(date +%s)'120000000"`,
  ].join(",");
  const resource = `"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"hello"}}]}`;
  const body = `{"resourceSpans":[{${resource},"scopeSpans":[{"spans":[{${span}}]}]}]}`;
  return `curl ${address}/v1/traces -H 'content-type: application/json' -d '${body}'`;
}

function ways({ http, udp }: ServerStatus["listening"]): Way[] {
  const otlp = (http.at(-1) ?? location.origin).replace(/\/$/, "");
  return [
    {
      title: "See the demo",
      text: "An order application with two Lambda functions, events and failures:",
      command: "otel-xray demo",
    },
    {
      title: "From an application with OpenTelemetry",
      text: "OTLP over HTTP, protobuf or JSON:",
      command:
        `export OTEL_EXPORTER_OTLP_ENDPOINT=${otlp}\n` +
        "export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
    },
    {
      title: "From an application with an X-Ray SDK",
      text: "This console stands in for the X-Ray daemon:",
      command: `export AWS_XRAY_DAEMON_ADDRESS=${udp}`,
    },
    { title: "By hand", text: "One span, from a shell:", command: otlpRequest(otlp) },
  ];
}

export function FirstTrace() {
  const status = useSignal<ServerStatus | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    getStatus(stop.signal).then(
      (answer) => (status.value = answer),
      () => undefined, // the poll of the list says that the server is gone
    );
    return () => stop.abort();
  }, []);
  return (
    <main class="page first" data-testid="empty">
      <h1>No traces yet</h1>
      <p>The console is listening. A trace appears here as soon as its first segment arrives.</p>
      {status.value &&
        ways(status.value.listening).map(({ title, text, command }) => (
          <section key={title} class="way">
            <h2>{title}</h2>
            <p>{text}</p>
            <div class="command">
              <pre>{command}</pre>
              <CopyButton text={command} what="command" />
            </div>
          </section>
        ))}
      {status.value && <p class="fine">Traces are kept in {status.value.database}</p>}
    </main>
  );
}
