/** The start page: three doors, one for each kind of visitor. */

import { render } from "preact";
import "../parts/base.css";
import "./door.css";
import type { CatalogueFile, Language } from "../parts/i18n";
import { LANGUAGES, chooseLanguage, language, speak } from "../parts/i18n";
import { Bell } from "../parts/mark";
import "../parts/theme";
import type en from "./words/en.json";

const t = await speak<keyof typeof en>(import.meta.glob<CatalogueFile>("./words/*.json"));

const DOORS = ["people", "business", "operator"] as const;

function Start() {
  return (
    <main class="start">
      <header class="start-head">
        <Bell size={72} rings={1} />
        <h1>Clarine</h1>
        <p>{t("promise")}</p>
      </header>
      <nav aria-label={t("doors")}>
        <ul class="doors">
          {DOORS.map((door) => (
            <li key={door}>
              <a class="door" href={`/${door}`}>
                <span class="door-name">{t(door)}</span>
                <span class="quiet">{t(`${door}_about`)}</span>
                <Arrow />
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Languages />
    </main>
  );
}

function Arrow() {
  return (
    <svg class="door-arrow" width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d="M4 10h12M11 5l5 5-5 5" />
    </svg>
  );
}

function Languages() {
  const names = Object.entries(LANGUAGES) as [Language, string][];
  return (
    <footer class="languages">
      {names.map(([code, name]) => (
        <button key={code} type="button" lang={code} aria-pressed={language.value === code} onClick={() => void chooseLanguage(code)}>
          {name}
        </button>
      ))}
    </footer>
  );
}

render(<Start />, document.getElementById("app")!);
