import { useSignal } from "@preact/signals";

/** The clipboard of pages that are neither HTTPS nor loopback. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "offscreen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Copies `text`; `what` names it for screen readers and in the tooltip. */
export function CopyButton({ text, what }: { text: string | (() => string); what: string }) {
  const said = useSignal<string | null>(null);
  const press = async (event: MouseEvent) => {
    event.stopPropagation();
    const done = await copy(typeof text === "string" ? text : text());
    said.value = done ? "Copied" : "Refused";
    setTimeout(() => (said.value = null), 1_500);
  };
  return (
    <button type="button" class="button small" title={`Copy ${what}`} onClick={press}>
      <span aria-live="polite">{said.value ?? "Copy"}</span>
      <span class="offscreen"> {what}</span>
    </button>
  );
}
