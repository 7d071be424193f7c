import { Header } from "./parts/header";
import { route } from "./route";
import { TracePage } from "./trace/trace_page";
import { TracesPage } from "./traces/traces_page";

export function App() {
  const at = route.value;
  return (
    <>
      <Header />
      {at.page === "traces" ? <TracesPage /> : <TracePage key={at.trace} id={at.trace} />}
    </>
  );
}
