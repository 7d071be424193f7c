import type { JsonObject } from "../model";
import { CopyButton } from "../parts/copy";
import { Members, Nothing, Section } from "../parts/properties";
import type { TabProps } from "./tab";

const QUERY = "sanitized_query";

export function Sql({ entity: { document } }: TabProps) {
  if (!document.sql) return <Nothing>No SQL was recorded.</Nothing>;
  const { [QUERY]: query, ...rest } = document.sql;
  return (
    <>
      {typeof query === "string" && (
        <Section title="Sanitized query">
          <div class="command">
            <pre>{query}</pre>
            <CopyButton text={query} what="query" />
          </div>
        </Section>
      )}
      <Members of={rest as JsonObject} />
    </>
  );
}
