/** One quiet line while the house is out of reach; it waits a moment, so that a short gap says nothing. */

import { useEffect, useState } from "preact/hooks";
import { online, phase, session } from "../store";
import { waiting } from "../outbox";
import { t } from "../words";

const QUIET_MS = 2_000;

export function NetworkLine() {
  const away = !online.value && session.value !== null;
  const [shown, show] = useState(false);
  useEffect(() => {
    if (!away) return show(false);
    const timer = setTimeout(() => show(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [away]);
  const queued = waiting.value.filter((item) => !item.refused).length;
  const words = queued ? t("network.queued", { count: queued }) : t("network.waiting");
  return (
    <div class="network" role="status" hidden={!shown || phase.value === "loading"}>
      {shown && words}
    </div>
  );
}
