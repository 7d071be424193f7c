import { connection, type Connection } from "../connection";
import mark from "../mark.svg";
import { nextTheme, theme, type Theme } from "../theme";
import { IdBox } from "./id_box";

const CONNECTION_WORDS: Record<Connection, string> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  paused: "Paused",
};

const CONNECTION_TITLES: Record<Connection, string> = {
  connecting: "Asking the server for the first time",
  live: "New traces appear by themselves",
  reconnecting: "The server does not answer; the page tries again by itself",
  paused: "Nothing is asked while the page is hidden",
};

const THEME_WORDS: Record<Theme, string> = { auto: "Auto", light: "Light", dark: "Dark" };

function ConnectionState() {
  const state = connection.value;
  return (
    <span
      class={`connection connection-${state}`}
      role="status"
      data-testid="connection"
      data-state={state}
      title={CONNECTION_TITLES[state]}
    >
      <span class="connection-mark" aria-hidden="true" />
      {CONNECTION_WORDS[state]}
    </span>
  );
}

function ThemeButton() {
  const word = THEME_WORDS[theme.value];
  return (
    <button
      type="button"
      class="button"
      data-testid="theme"
      title="Colours: as the system says, light, dark"
      aria-label={`Colours: ${word}`}
      onClick={nextTheme}
    >
      <span class={`theme-mark theme-${theme.value}`} aria-hidden="true" />
      {word}
    </button>
  );
}

export function Header() {
  return (
    <header class="header">
      <a class="brand" href="#/traces" title="All traces">
        <img src={mark} alt="" width="22" height="22" />
        <span>otel-xray</span>
      </a>
      <nav aria-label="Pages">
        <a href="#/traces" class="nav-link" aria-current="page">
          Traces
        </a>
      </nav>
      <IdBox />
      <ConnectionState />
      <ThemeButton />
    </header>
  );
}
