import { useSignal } from "@preact/signals";
import type { Json } from "../model";
import { CopyButton } from "../parts/copy";
import type { TabProps } from "./tab";

const FORMS = [
  ["document", "As processed"],
  ["received", "As received"],
] as const;

export function Raw({ entity }: TabProps) {
  const chosen = useSignal<(typeof FORMS)[number][0]>("document");
  const value = entity[chosen.value] as Json;
  const text = JSON.stringify(value, null, 2);
  return (
    <>
      <div class="raw-bar">
        <div class="switch" role="group" aria-label="Form of the document">
          {FORMS.map(([form, title]) => (
            <button
              key={form}
              type="button"
              aria-pressed={chosen.value === form}
              data-testid={`raw-${form}`}
              onClick={() => (chosen.value = form)}
            >
              {title}
            </button>
          ))}
        </div>
        <CopyButton text={text} what="JSON" />
      </div>
      <pre class="raw" data-testid="raw">
        {text}
      </pre>
    </>
  );
}
