/** The frame of a console: the rail with its doors, who is signed in, and the page between. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import "./frame.css";
import "./list.css";
import "./parts.css";
import { Bell } from "../parts/mark";
import { Button, Skeleton, Toasts } from "../parts/ui";
import { Icon, type IconName } from "./icons";
import { Failed } from "./list";
import { page, pathTo } from "./route";
import { arrive, me, signOut, startFailed, type Door } from "./session";
import { Settings } from "./settings";
import { SignIn } from "./sign_in";
import { t } from "./words";

/** One page; its name stands in the address. */
export interface Room {
  name: string;
  title: string;
  view: () => ComponentChildren;
}

/** A line of the rail; behind it lie one page or a few that belong together, which are tabs then. */
export interface RailDoor {
  icon: IconName;
  title: string;
  rooms: readonly [Room, ...Room[]];
}

/** Six doors at most: a seventh does not compile. */
export type Rail = readonly [RailDoor, RailDoor?, RailDoor?, RailDoor?, RailDoor?, RailDoor?];

/** A door with one page behind it. */
export const single = (icon: IconName, room: Room): RailDoor => ({ icon, title: room.title, rooms: [room] });

/** *doors* are read at each render, so that their titles follow the language. */
export function Shell({ door, doors }: { door: Door; doors: () => Rail }) {
  useEffect(() => void arrive(door), []);
  if (startFailed.value) return <Failed error={startFailed.value} again={() => void arrive(door)} />;
  if (me.value === undefined) return <Skeleton rows={6} name={t("fetching")} />;
  if (me.value === null) return <SignIn door={door} />;
  const all = doors().filter((each) => each !== undefined);
  const here = all.find((each) => each.rooms.some((room) => room.name === page.value)) ?? all[0]!;
  const room = here.rooms.find((each) => each.name === page.value) ?? here.rooms[0];
  const View = room.view;
  return (
    <div class="frame">
      <a class="leap" href="#page" onClick={leap}>
        {t("to_content")}
      </a>
      <nav class="rail" aria-label={t("doors")}>
        <p class="rail-name">
          <Bell size={26} />
          <strong dir="auto">{me.value.business?.name ?? t("operator")}</strong>
        </p>
        <ul class="rail-doors">
          {all.map((each) => (
            <li key={each.rooms[0].name}>
              <a class="rail-door" href={pathTo(each.rooms[0].name)} aria-current={each === here ? "page" : undefined} ref={each === here ? show : undefined}>
                <Icon name={each.icon} />
                {each.title}
              </a>
            </li>
          ))}
        </ul>
        <Account />
      </nav>
      <main class="page" id="page" tabIndex={-1}>
        {here.rooms.length > 1 && <Tabs door={here} room={room} />}
        <View key={room.name} />
      </main>
      <Toasts />
    </div>
  );
}

function Tabs({ door, room }: { door: RailDoor; room: Room }) {
  return (
    <nav class="tabs" aria-label={door.title}>
      {door.rooms.map((each) => (
        <a key={each.name} class="tab" href={pathTo(each.name)} aria-current={each === room ? "page" : undefined}>
          {each.title}
        </a>
      ))}
    </nav>
  );
}

/** On a phone the doors are a strip that scrolls: the one that is open is brought into it. */
const show = (link: HTMLElement | null) => link?.scrollIntoView({ block: "nearest", inline: "center" });

function leap(event: Event): void {
  event.preventDefault();
  document.getElementById("page")?.focus();
}

function Account() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const escape = event instanceof KeyboardEvent ? event.key === "Escape" : !box.current?.contains(event.target as Node);
      if (escape) setOpen(false);
    };
    addEventListener("pointerdown", close);
    addEventListener("keydown", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close);
    };
  }, []);
  return (
    <div class="account" ref={box}>
      <button type="button" class="account-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="account-who">
          <span>{me.value?.name}</span>
          <span class="quiet small" dir="ltr" title={me.value?.email}>{me.value?.email}</span>
        </span>
        <Icon name="more" />
        <span class="spoken">{t("settings")}</span>
      </button>
      {open && (
        <div class="account-menu">
          <Settings />
          <Button onClick={() => void signOut()}>{t("sign_out")}</Button>
        </div>
      )}
    </div>
  );
}

interface PageHeadProps {
  title: string;
  children?: ComponentChildren;
}

/** The title of a page and, at its end, the one primary action and the export. */
export function PageHead({ title, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · Clarine`;
  }, [title]);
  return (
    <header class="page-head">
      <h1>{title}</h1>
      <div class="page-actions">{children}</div>
    </header>
  );
}

/** A download that the server writes, or one that *onClick* makes of what is on the screen. */
export function Export({ href, onClick }: { href?: string; onClick?: () => void }) {
  const inside = (
    <>
      <Icon name="export" size={16} />
      {t("export")}
    </>
  );
  if (!href) return <Button onClick={onClick}>{inside}</Button>;
  return (
    <a class="button button-plain" href={href} download>
      {inside}
    </a>
  );
}
