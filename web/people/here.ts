/** Where the person is, sent once because they pressed for it. */

import { toast } from "../parts/ui";
import { post } from "./outbox";
import { t } from "./words";

export function postHere(business_id: string, reply_to: number | null = null): void {
  if (!("geolocation" in navigator)) return toast(t("composer.no_location"), "bad");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => void post({ business_id, content: { type: "location", latitude: coords.latitude, longitude: coords.longitude }, reply_to }),
    () => toast(t("composer.no_location"), "bad"),
    { timeout: 20_000, maximumAge: 60_000 },
  );
}
