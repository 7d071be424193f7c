import type { ComponentChildren } from "preact";
import { clock, duration } from "../format";
import type { Document, Json, Link } from "../model";
import { CopyButton } from "../parts/copy";
import { Members, Properties, Section } from "../parts/properties";
import { format, traceRoute } from "../route";
import type { TabProps } from "./tab";

const FLAGS = ["error", "throttle", "fault"] as const;

function timing({ start_time: start, end_time: end }: Document): [string, ComponentChildren][] {
  const length = start !== undefined && end !== undefined ? duration(end - start) : "in progress";
  return [
    ["Start", start === undefined ? null : clock(start)],
    ["End", end === undefined ? "in progress" : clock(end)],
    ["Duration", length],
  ];
}

function flags(document: Document): string {
  return FLAGS.filter((flag) => document[flag]).join(", ") || "none";
}

function Id({ text, what }: { text: string; what: string }) {
  return (
    <>
      <code>{text}</code> <CopyButton text={text} what={what} />
    </>
  );
}

function EntityLink({ trace, id }: { trace: string; id: string }) {
  return (
    <a href={format(traceRoute(trace, id))}>
      <code>{id}</code>
    </a>
  );
}

function LinkedTrace({ link, trace }: { link: Link; trace: string }) {
  const to = link.trace_id ?? trace;
  const target = traceRoute(to, link.id ?? null);
  return (
    <li>
      <a href={format(target)}>
        <code>{to}</code>
        {link.id && <code> / {link.id}</code>}
      </a>
      {link.attributes && <Members of={link.attributes} />}
    </li>
  );
}

function Http({ http }: { http: NonNullable<Document["http"]> }) {
  const parts: [string, Record<string, Json> | undefined][] = [
    ["Request", http.request],
    ["Response", http.response],
  ];
  return (
    <>
      {parts.map(
        ([title, members]) =>
          members && (
            <Section key={title} title={title}>
              <Members of={members} />
            </Section>
          ),
      )}
    </>
  );
}

export function Overview({ entity: { document }, row, state }: TabProps) {
  const parent = row?.parent ?? document.parent_id;
  return (
    <>
      <Properties
        of={[
          ["Name", document.name],
          [
            row?.kind === "segment" ? "Segment id" : "Subsegment id",
            document.id && <Id text={document.id} what="id" />,
          ],
          ["Parent id", parent && <EntityLink trace={state.id} id={parent} />],
          ["Origin", document.origin],
          ["Namespace", document.namespace],
          ["Inferred", document.inferred && "yes: drawn from the caller's subsegment"],
          ["User", document.user],
          ...timing(document),
          ["Flags", flags(document)],
          [
            "After",
            document.precursor_ids?.length &&
              document.precursor_ids.map((id) => <EntityLink key={id} trace={state.id} id={id} />),
          ],
        ]}
      />
      {document.http && <Http http={document.http} />}
      {document.links && document.links.length > 0 && (
        <Section title="Linked traces">
          <ul class="links">
            {document.links.map((link) => (
              <LinkedTrace key={`${link.trace_id}/${link.id}`} link={link} trace={state.id} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
