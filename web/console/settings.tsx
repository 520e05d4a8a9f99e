/** The two things that everyone chooses for themselves: language and theme. */

import { LANGUAGES, chooseLanguage, language, type Language } from "../parts/i18n";
import { chooseTheme, theme, type Theme } from "../parts/theme";
import { t } from "./words";

export function Settings() {
  const themes: readonly Theme[] = ["system", "light", "dark"];
  return (
    <>
      <label class="setting">
        <span>{t("language")}</span>
        <select class="input" value={language.value} onChange={(event) => void chooseLanguage(event.currentTarget.value as Language)}>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="setting">
        <span>{t("theme")}</span>
        <select class="input" value={theme.value} onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}>
          {themes.map((name) => (
            <option key={name} value={name}>
              {t(`theme_${name}` as "theme_light")}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
