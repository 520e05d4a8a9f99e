/** Who is signed in to this console, and the ways in and out. */

import { signal } from "@preact/signals";
import { HttpError, get, post } from "../parts/http";

export interface Me {
  email: string;
  name: string;
  business: { business_id: string; name: string; verified: boolean; currency: string } | null;
}

export type Door = "business" | "operator";

/** undefined while we do not know yet, null when nobody is signed in. */
export const me = signal<Me | null | undefined>(undefined);
/** The server's refusal of a link, when the page was opened with one. */
export const linkRefused = signal<HttpError | null>(null);
export const startFailed = signal<HttpError | null>(null);

let door: Door = "business";

/** The address of a request of this console. */
export const api = (path: string): string => `/console/v1/${door}/${path}`;

/** Find out who is here; a one-time link in the address is used up and taken out of it. */
export async function arrive(here: Door): Promise<void> {
  door = here;
  startFailed.value = null;
  const link = /^#link=([\w-]+)$/.exec(location.hash)?.[1];
  if (link) {
    history.replaceState(null, "", location.pathname);
    if (await followed(link)) return;
  }
  try {
    me.value = await get<Me>(api("me"));
  } catch (error) {
    if (error instanceof HttpError && error.status === 401) me.value = null;
    else if (error instanceof HttpError) startFailed.value = error;
    else throw error;
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  me.value = await post<Me>(api("sign-in"), { email, password });
}

export async function signOut(): Promise<void> {
  try {
    await post(api("sign-out"), {});
  } finally {
    me.value = null;
  }
}

/** Requests of pages go through here, so that an ended session leads back to the sign-in. */
export async function asked<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof HttpError && error.code === "signed_out") me.value = null;
    throw error;
  }
}

async function followed(link: string): Promise<boolean> {
  try {
    me.value = await post<Me>(api("link"), { link });
    return true;
  } catch (error) {
    if (error instanceof HttpError) linkRefused.value = error;
    return false;
  }
}
