import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { findTraceId } from "../ids";
import { isForeign } from "../keys";
import { go, traceRoute } from "../route";

/** Opens a trace by its id in either spelling; `/` puts the cursor here. */
export function IdBox() {
  const input = useRef<HTMLInputElement>(null);
  const wrong = useSignal(false);

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== "/" || isForeign(event)) return;
      event.preventDefault();
      input.current?.select();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);

  const open = (event: Event) => {
    event.preventDefault();
    const box = input.current;
    if (!box || box.value.trim() === "") return;
    const id = findTraceId(box.value);
    wrong.value = id === null;
    if (id === null) return;
    box.value = "";
    box.blur();
    go(traceRoute(id));
  };

  return (
    <form class="id-box" role="search" onSubmit={open}>
      <input
        ref={input}
        type="text"
        data-testid="id-box"
        aria-label="Open a trace by its id, in X-Ray or W3C form"
        aria-invalid={wrong.value}
        placeholder="Open trace id: 1-… or 32 hex digits"
        autocomplete="off"
        spellcheck={false}
        onInput={() => (wrong.value = false)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
      {wrong.value && (
        <p class="id-box-error" role="alert" data-testid="id-box-error">
          Not a trace id. Paste 1-&lt;8 hex digits&gt;-&lt;24 hex digits&gt;, 32 hex digits, a tracing
          header or a traceparent.
        </p>
      )}
    </form>
  );
}
