/** The way into a console. */

import { useState } from "preact/hooks";
import { HttpError } from "../parts/http";
import { Bell } from "../parts/mark";
import { Button, Field } from "../parts/ui";
import { explained } from "./list";
import { linkRefused, signIn, type Door } from "./session";
import { Settings } from "./settings";
import { t } from "./words";

export function SignIn({ door }: { door: Door }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(linkRefused.value ? t("link_old") : null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn(email, password);
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      setError(problem.code === "sign_in" ? t("sign_in_wrong") : explained(problem));
      setBusy(false);
    }
  }

  return (
    <main class="entrance">
      <form class="entrance-card" onSubmit={(event) => void submit(event)}>
        <Bell size={48} rings={1} />
        <h1>{door === "business" ? t("sign_in_business") : t("sign_in_operator")}</h1>
        <Field label={t("email")} type="email" autocomplete="username" required value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
        <Field label={t("password")} type="password" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
        {error && (
          <p class="field-error" role="alert">
            {error}
          </p>
        )}
        <Button kind="primary" type="submit" busy={busy}>
          {t("sign_in")}
        </Button>
        <p class="quiet small">{t("sign_in_link_hint")}</p>
      </form>
      <div class="entrance-settings">
        <Settings />
      </div>
    </main>
  );
}
