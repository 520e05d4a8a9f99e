/** The person's own page: name, language, look, devices, and what Clarine is. */

import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ago, moment, type Language } from "../../parts/i18n";
import { Bell } from "../../parts/mark";
import { chooseTheme, theme, type Theme } from "../../parts/theme";
import { Button, Field, Skeleton, toast } from "../../parts/ui";
import { endDevice, getDevices, patchMe } from "../api";
import { phoneText, trouble } from "../describe";
import { waiting } from "../outbox";
import { back } from "../route";
import { setMe, signOut, state } from "../store";
import type { Device } from "../wire";
import { t } from "../words";
import { Icon } from "./icons";
import { Sure } from "./sheet";
import { Languages, useTask } from "./sign_in";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

export function You() {
  return (
    <>
      <header class="bar">
        <button type="button" class="round" aria-label={t("back")} onClick={() => back()}>
          <Icon name="back" />
        </button>
        <h1 class="bar-title">{t("you.title")}</h1>
      </header>
      <div class="scroll card">
        <Name />
        <section class="card-part">
          <h2>{t("language")}</h2>
          <Languages onChosen={keepLanguage} />
        </section>
        <section class="card-part">
          <h2>{t("you.look")}</h2>
          <div class="languages" role="group" aria-label={t("you.look")}>
            {THEMES.map((wish) => (
              <button key={wish} type="button" class="chip" aria-pressed={theme.value === wish} onClick={() => chooseTheme(wish)}>
                {t(`theme.${wish}`)}
              </button>
            ))}
          </div>
        </section>
        <Devices />
        <section class="card-part about">
          <Bell size={28} />
          <p>{t("about.what")}</p>
          <p class="small quiet">{t("about.free")}</p>
        </section>
      </div>
    </>
  );
}

function Name() {
  const me = state.value.me;
  const [name, setName] = useState(me?.name ?? "");
  const [busy, run, error] = useTask();
  const changed = name.trim() && name.trim() !== me?.name;
  return (
    <form
      class="card-part you-name"
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          setMe(await patchMe({ name: name.trim() }));
          toast(t("you.saved"), "good");
        });
      }}
    >
      <Field label={t("sign_in.name")} hint={t("sign_in.name_hint")} error={error} dir="auto" maxLength={60} autocomplete="name" value={name} onInput={(event) => setName(event.currentTarget.value)} />
      {changed && (
        <Button kind="primary" type="submit" busy={busy}>
          {t("you.save")}
        </Button>
      )}
      <p class="small quiet">{t("you.phone", { phone: phoneText(me?.wa_id ?? "") })}</p>
    </form>
  );
}

function Devices() {
  const devices = useSignal<Device[] | null>(null);
  const error = useSignal<string | null>(null);
  const ending = useSignal<Device | null>(null);
  const load = () =>
    getDevices().then(
      ({ sessions }) => (devices.value = sessions),
      (problem) => (error.value = trouble(problem)),
    );
  useEffect(() => void load(), []);
  const end = async (device: Device) => {
    ending.value = null;
    if (device.current) return signOut();
    await endDevice(device.device_id).then(load, (problem) => toast(trouble(problem), "bad"));
  };
  const lost = waiting.value.length;
  return (
    <section class="card-part">
      <h2>{t("you.devices")}</h2>
      {error.value && <p role="alert">{error.value}</p>}
      {!devices.value && !error.value && <Skeleton rows={2} name={t("loading")} />}
      <ul class="devices">
        {devices.value?.map((device) => (
          <li key={device.device_id} class="device">
            <span class="row-words">
              <bdi lang="en">{device.name}</bdi>
              <span class="quiet small">
                {device.current ? t("you.this_device") : <time title={moment(new Date(device.seen_at))}>{t("you.seen", { when: ago(new Date(device.seen_at)) })}</time>}
              </span>
            </span>
            <button type="button" class="text-button text-bad" onClick={() => (ending.value = device)}>
              {t(device.current ? "you.sign_out" : "you.end")}
            </button>
          </li>
        ))}
      </ul>
      {ending.value && (
        <Sure
          title={t(ending.value.current ? "you.sign_out_sure" : "you.end_sure", { name: ending.value.name })}
          action={t(ending.value.current ? "you.sign_out" : "you.end")}
          onSure={() => ending.value && void end(ending.value)}
          onClose={() => (ending.value = null)}
        >
          <p>{t("you.end_what")}</p>
          {ending.value.current && lost > 0 && <p>{t("you.end_waiting", { count: lost })}</p>}
        </Sure>
      )}
    </section>
  );
}

function keepLanguage(language: Language): void {
  patchMe({ language }).then(setMe, () => undefined);
}
