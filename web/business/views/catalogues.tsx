/** What people see of the shop: which catalogue, whether everyone may look through it, whether orders are taken. */

import { useState } from "preact/hooks";
import { useAct } from "../../console/act";
import { Failed } from "../../console/list";
import { useAnswer } from "../../console/paged";
import { api, asked } from "../../console/session";
import { PageHead } from "../../console/shell";
import { Check, When } from "../../console/shown";
import { post } from "../../parts/http";
import { Button, Dialog, EmptyState, Field, Skeleton, Tag, toast } from "../../parts/ui";
import { t } from "../words";
import type { Catalogue, Shop } from "../wire";

/** What is being done to a catalogue, or to a new one. */
type Doing = { act: "name"; catalogue: Catalogue | null } | { act: "remove"; catalogue: Catalogue };

export function Catalogues() {
  const { answer: shop, error, again } = useAnswer<Shop>("shop");
  const [doing, setDoing] = useState<Doing | null>(null);
  const create = (
    <Button kind="primary" onClick={() => setDoing({ act: "name", catalogue: null })}>
      {t("catalogue_new")}
    </Button>
  );
  const done = () => {
    setDoing(null);
    toast(t("saved"), "good");
    again();
  };
  return (
    <>
      <PageHead title={t("catalogues")}>{shop && create}</PageHead>
      <p class="page-lead">{t("catalogues_about")}</p>
      {error && !shop ? (
        <Failed error={error} again={again} />
      ) : !shop ? (
        <Skeleton rows={4} name={t("fetching")} />
      ) : (
        <div class="cards cards-two">
          <section class="card">
            <h2>{t("catalogue_list")}</h2>
            {shop.catalogues.length === 0 ? (
              <EmptyState title={t("catalogues_none")} action={<a href="#/products">{t("product_new")}</a>}>{t("catalogues_none_about")}</EmptyState>
            ) : (
              <ul class="plain-list">
                {shop.catalogues.map((each) => (
                  <Line key={each.catalogue_id} catalogue={each} onDo={setDoing} onDone={done} />
                ))}
              </ul>
            )}
          </section>
          <Switches shop={shop} onDone={done} />
        </div>
      )}
      {doing?.act === "name" && <Naming catalogue={doing.catalogue} onClose={() => setDoing(null)} onDone={done} />}
      {doing?.act === "remove" && <Removing catalogue={doing.catalogue} onClose={() => setDoing(null)} onDone={done} />}
    </>
  );
}

function Line({ catalogue, onDo, onDone }: { catalogue: Catalogue; onDo: (doing: Doing) => void; onDone: () => void }) {
  const { busy, error, run } = useAct();
  const connect = (connected: boolean) =>
    run(async () => {
      await asked(post(api(`catalogues/${catalogue.catalogue_id}`), { connected }));
      onDone();
    });
  return (
    <li>
      <span class="row row-apart">
        <bdi>
          <strong>{catalogue.name}</strong>
        </bdi>
        {catalogue.connected && <Tag tone="good">{t("catalogue_seen")}</Tag>}
      </span>
      <span class="quiet small">
        {t("created")} <When at={catalogue.created_at} />
      </span>
      <span class="row">
        <Button busy={busy} onClick={() => void connect(!catalogue.connected)}>{t(catalogue.connected ? "catalogue_hide" : "catalogue_show")}</Button>
        <Button kind="bare" onClick={() => onDo({ act: "name", catalogue })}>{t("rename")}</Button>
        <Button kind="bare" onClick={() => onDo({ act: "remove", catalogue })}>{t("product_remove")}</Button>
      </span>
      {error && <p class="field-error" role="alert">{error}</p>}
    </li>
  );
}

function Switches({ shop, onDone }: { shop: Shop; onDone: () => void }) {
  const { error, run } = useAct();
  const set = (change: Partial<Pick<Shop, "orders" | "open">>) =>
    void run(async () => {
      await asked(post(api("shop"), { orders: shop.orders, open: shop.open, ...change }));
      onDone();
    });
  return (
    <section class="card">
      <h2>{t("shop_people")}</h2>
      <Check label={t("shop_open")} hint={t("shop_open_hint")} value={shop.open} onChange={(open) => set({ open })} />
      <Check label={t("shop_orders")} hint={t("shop_orders_hint")} value={shop.orders} onChange={(orders) => set({ orders })} />
      {error && <p class="field-error" role="alert">{error}</p>}
    </section>
  );
}

interface DoingProps<Which> {
  catalogue: Which;
  onClose: () => void;
  onDone: () => void;
}

function Naming({ catalogue, onClose, onDone }: DoingProps<Catalogue | null>) {
  const [name, setName] = useState(catalogue?.name ?? "");
  const { busy, error, run } = useAct();
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      await asked(post(api(catalogue ? `catalogues/${catalogue.catalogue_id}` : "catalogues"), { name }));
      onDone();
    });
  };
  return (
    <Dialog open title={t(catalogue ? "rename" : "catalogue_new")} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field label={t("name")} hint={t("campaign_name_hint")} required maxLength={200} dir="auto" error={error} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" type="submit" busy={busy}>{t("save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function Removing({ catalogue, onClose, onDone }: DoingProps<Catalogue>) {
  const { answer } = useAnswer<{ count: number }>(`catalogues/${catalogue.catalogue_id}/products?limit=1`);
  const { busy, error, run } = useAct();
  const remove = () =>
    run(async () => {
      await asked(post(api(`catalogues/${catalogue.catalogue_id}/remove`), {}));
      onDone();
    });
  return (
    <Dialog
      open
      title={t("product_remove_ask", { name: catalogue.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="danger" busy={busy} disabled={!answer} onClick={() => void remove()}>
            {t("product_remove")}
          </Button>
        </>
      }
    >
      {answer ? <p>{t("catalogue_remove_loss", { count: answer.count })}</p> : <Skeleton rows={1} name={t("fetching")} />}
      {error && <p class="field-error" role="alert">{error}</p>}
    </Dialog>
  );
}
