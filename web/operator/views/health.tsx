/** How the house is doing: a few numbers, and those that ask for somebody's attention. */

import type { ComponentChildren } from "preact";
import { Failed } from "../../console/list";
import { LOOK_AGAIN_SELDOM_MS, useAnswer } from "../../console/paged";
import { PageHead } from "../../console/shell";
import { When } from "../../console/shown";
import { number } from "../../parts/i18n";
import { Skeleton } from "../../parts/ui";
import { t } from "../words";
import type { Health as HealthAnswer } from "../wire";

export function Health() {
  const { answer: found, error, again } = useAnswer<HealthAnswer>("health", true, LOOK_AGAIN_SELDOM_MS);
  return (
    <>
      <PageHead title={t("health")} />
      {error && !found ? <Failed error={error} again={again} /> : !found ? <Skeleton rows={6} name={t("fetching")} /> : <Numbers found={found} />}
    </>
  );
}

function Numbers({ found }: { found: HealthAnswer }) {
  return (
    <>
      <section class="form">
        <h2>{t("to_do")}</h2>
        <div class="tiles">
          <Tile name={t("templates_pending")} value={found.templates_pending} href="#/templates" />
          <Tile name={t("reports_open")} value={found.reports_open} href="#/reports" />
          <Tile name={t("webhooks_waiting")} value={found.notices_waiting}>
            {found.oldest_waiting_at && <>{t("oldest")} <When at={found.oldest_waiting_at} /></>}
          </Tile>
          <Tile name={t("undelivered")} value={found.undelivered}>
            {found.oldest_undelivered_at && <>{t("oldest")} <When at={found.oldest_undelivered_at} /></>}
          </Tile>
        </div>
      </section>
      <section class="form">
        <h2>{t("traffic")}</h2>
        <div class="tiles">
          <Tile name={t("messages_hour")} value={found.messages_last_hour} />
          <Tile name={t("messages_day")} value={found.messages_last_day} />
          <Tile name={t("webhooks_fresh")} value={found.notices_fresh} />
        </div>
      </section>
      <section class="form">
        <h2>{t("inhabitants")}</h2>
        <div class="tiles">
          <Tile name={t("people")} value={found.people} />
          <Tile name={t("devices")} value={found.devices} />
          <Tile name={t("businesses")} value={found.businesses} href="#/businesses" />
          <Tile name={t("database_size")} value={number(found.database_size / 1e6, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 })} />
        </div>
      </section>
    </>
  );
}

function Tile({ name, value, href, children }: { name: string; value: number | string; href?: string; children?: ComponentChildren }) {
  return (
    <div class="tile">
      <span class="quiet small">{href ? <a href={href}>{name}</a> : name}</span>
      <span class="tile-value">{typeof value === "number" ? number(value) : value}</span>
      {children && <span class="quiet small">{children}</span>}
    </div>
  );
}
