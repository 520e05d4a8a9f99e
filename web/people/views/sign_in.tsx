/** Signing in: the phone number, the six digits that come to it, and a name the first time. */

import { useEffect, useRef, useState } from "preact/hooks";
import { chooseLanguage, language, LANGUAGES, type Language } from "../../parts/i18n";
import { Bell } from "../../parts/mark";
import { Button, Field } from "../../parts/ui";
import * as api from "../api";
import { deviceName } from "../device";
import { phoneText, trouble } from "../describe";
import { enter, setMe } from "../store";
import type { Session } from "../kept";
import { t } from "../words";

type Step = { name: "phone" } | { name: "code"; phone: string; waitS: number } | { name: "name"; session: Session };

export function SignIn() {
  const [step, setStep] = useState<Step>({ name: "phone" });
  return (
    <main class="door-page">
      <div class="door-card">
        <div class="door-head">
          <Bell size={56} />
          <h1 lang="en">Clarine</h1>
          <p class="quiet">{t("sign_in.promise")}</p>
        </div>
        {step.name === "phone" && <AskPhone onSent={(phone, waitS) => setStep({ name: "code", phone, waitS })} />}
        {step.name === "code" && (
          <AskCode
            phone={step.phone}
            waitS={step.waitS}
            onChange={() => setStep({ name: "phone" })}
            onSigned={(session, isNew) => (isNew || !session.me.name ? setStep({ name: "name", session }) : void enter(session))}
          />
        )}
        {step.name === "name" && <AskName session={step.session} />}
      </div>
      <Languages />
    </main>
  );
}

function AskPhone({ onSent }: { onSent: (phone: string, waitS: number) => void }) {
  const [phone, setPhone] = useState("");
  const [busy, run, error] = useTask();
  const send = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const answer = await api.askCode(phone);
      onSent(answer.phone, answer.resend_after_s);
    });
  };
  return (
    <form class="door-form" onSubmit={send}>
      <Field
        label={t("sign_in.phone")}
        hint={t("sign_in.phone_hint")}
        error={error}
        type="tel"
        autocomplete="tel"
        inputMode="tel"
        dir="ltr"
        lang="en"
        required
        placeholder="+91 98765 43210"
        value={phone}
        onInput={(event) => setPhone(event.currentTarget.value)}
      />
      <Button kind="primary" type="submit" busy={busy}>
        {t("sign_in.send_code")}
      </Button>
    </form>
  );
}

interface AskCodeProps {
  phone: string;
  waitS: number;
  onChange: () => void;
  onSigned: (session: Session, isNew: boolean) => void;
}

function AskCode({ phone, waitS, onChange, onSigned }: AskCodeProps) {
  const [code, setCode] = useState("");
  const [busy, run, error] = useTask();
  const [leftS, restart] = useCountdown(waitS);
  const input = useRef<HTMLDivElement>(null);
  useEffect(() => input.current?.querySelector("input")?.focus(), []);
  const signIn = (digits: string) =>
    run(async () => {
      const answer = await api.signIn(phone, digits, deviceName(navigator.userAgent), language.value);
      const { token, device_id, me } = answer;
      onSigned({ token, device_id, me }, answer.new);
    }).catch(() => undefined);
  const typed = (text: string) => {
    const digits = latinDigits(text).slice(0, 6);
    setCode(digits);
    if (digits.length === 6 && digits !== code) void signIn(digits);
  };
  const resend = () => run(async () => restart((await api.askCode(phone)).resend_after_s));
  return (
    <form
      class="door-form"
      onSubmit={(event) => {
        event.preventDefault();
        void signIn(code);
      }}
    >
      <p>{t("sign_in.code_sent", { phone: phoneText(phone) })}</p>
      <div ref={input} class="code">
        <Field
          label={t("sign_in.code")}
          error={error}
          inputMode="numeric"
          autocomplete="one-time-code"
          dir="ltr"
          lang="en"
          value={code}
          disabled={busy}
          onInput={(event) => typed(event.currentTarget.value)}
        />
      </div>
      <Button kind="primary" type="submit" busy={busy} disabled={code.length < 6}>
        {t("sign_in.go")}
      </Button>
      <div class="door-more">
        <button type="button" class="text-button" disabled={leftS > 0 || busy} onClick={() => void resend()}>
          {leftS > 0 ? t("sign_in.resend_in", { count: leftS }) : t("sign_in.resend")}
        </button>
        <button type="button" class="text-button" onClick={onChange}>
          {t("sign_in.other_phone")}
        </button>
      </div>
    </form>
  );
}

function AskName({ session }: { session: Session }) {
  const [name, setName] = useState(session.me.name);
  const [busy, run, error] = useTask();
  const send = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      api.callAs(session.token, () => {});
      const me = await api.patchMe({ name: name.trim() });
      void enter({ ...session, me });
      setMe(me);
    });
  };
  return (
    <form class="door-form" onSubmit={send}>
      <Field
        label={t("sign_in.name")}
        hint={t("sign_in.name_hint")}
        error={error}
        autocomplete="name"
        dir="auto"
        maxLength={60}
        required
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <Button kind="primary" type="submit" busy={busy} disabled={!name.trim()}>
        {t("sign_in.start")}
      </Button>
    </form>
  );
}

/** The languages by their own names, so that nobody must read a foreign word to find theirs. */
export function Languages({ onChosen }: { onChosen?: (wish: Language) => void }) {
  return (
    <div class="languages" role="group" aria-label={t("language")}>
      {(Object.entries(LANGUAGES) as [Language, string][]).map(([code, name]) => (
        <button
          key={code}
          type="button"
          lang={code}
          class="chip"
          aria-pressed={language.value === code}
          onClick={() => void chooseLanguage(code).then(() => onChosen?.(code))}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

/** Run one thing at a time; its failure is told in words. */
export function useTask(): [boolean, (task: () => Promise<void>) => Promise<void>, string | null] {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const run = async (task: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await task();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return [busy, run, problem ? trouble(problem) : null];
}

function useCountdown(fromS: number): [number, (againS: number) => void] {
  const [leftS, setLeft] = useState(fromS);
  useEffect(() => {
    if (leftS <= 0) return;
    const timer = setTimeout(() => setLeft(leftS - 1), 1000);
    return () => clearTimeout(timer);
  }, [leftS]);
  return [leftS, setLeft];
}

/** Digits may be typed in any script that has them. */
export function latinDigits(text: string): string {
  const digits = [...text].map((letter) => {
    const at = letter.codePointAt(0) ?? 0;
    for (const zero of [0x30, 0x660, 0x6f0, 0x966]) if (at >= zero && at <= zero + 9) return String(at - zero);
    return "";
  });
  return digits.join("");
}
