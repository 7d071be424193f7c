import { render } from "preact";
import { App } from "./app";
import "./theme";

const place = document.getElementById("app");
if (place) render(<App />, place);
