/** What this business sells: found, added, changed, taken away. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useAct } from "../../console/act";
import { Icon } from "../../console/icons";
import { Failed, List, type Column } from "../../console/list";
import { useAnswer, usePaged, useSettled } from "../../console/paged";
import { go, opened } from "../../console/route";
import { api, asked } from "../../console/session";
import { PageHead } from "../../console/shell";
import { Amount, Choice, Latin, Panel, Search, When } from "../../console/shown";
import { post } from "../../parts/http";
import { Button, Dialog, EmptyState, Skeleton, Tag, toast } from "../../parts/ui";
import { t } from "../words";
import type { Catalogue, Product, Shop } from "../wire";
import { ProductForm } from "./product_form";

export function Products() {
  const { answer: shop, error, again } = useAnswer<Shop>("shop");
  const [chosen, setChosen] = useState("");
  const [adding, setAdding] = useState(false);
  const all = shop?.catalogues ?? [];
  const catalogue = all.find((each) => each.catalogue_id === chosen) ?? all.find((each) => each.connected) ?? all[0];
  const [made, setMade] = useState(0);
  const add = (
    <Button kind="primary" onClick={() => setAdding(true)}>
      {t("product_new")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("products")}>{shop && add}</PageHead>
      {error && !shop ? (
        <Failed error={error} again={again} />
      ) : !shop ? (
        <Skeleton rows={8} name={t("fetching")} />
      ) : !catalogue ? (
        <EmptyState title={t("products_none")} action={add}>{t("products_none_about")}</EmptyState>
      ) : (
        <Shelf key={`${catalogue.catalogue_id} ${made}`} catalogue={catalogue} all={all} onChoose={setChosen} add={add} />
      )}
      {adding && (
        <Dialog open title={t("product_new")} onClose={() => setAdding(false)}>
          <ProductForm
            save={async (said) => {
              const into = catalogue ?? (await asked(post<Catalogue>(api("catalogues"), { name: t("shop") })));
              await asked(post(api(`catalogues/${into.catalogue_id}/products`), said));
              toast(t("saved"), "good");
              setAdding(false);
              setMade(made + 1);
              again();
            }}
            onClose={() => setAdding(false)}
          />
        </Dialog>
      )}
    </>
  );
}

interface ShelfProps {
  catalogue: Catalogue;
  all: readonly Catalogue[];
  onChoose: (catalogue_id: string) => void;
  add: ComponentChildren;
}

function Shelf({ catalogue, all, onChoose, add }: ShelfProps) {
  const [search, setSearch] = useState("");
  const path = `catalogues/${catalogue.catalogue_id}/products`;
  const found = usePaged<Product>(path, { search: useSettled(search) }, (answer: { products: Product[] }) => answer.products);
  const open = found.rows?.find((row) => row.product_id === opened.value);
  return (
    <>
      {!catalogue.connected && <p class="once">{t("catalogue_unseen", { name: catalogue.name })}</p>}
      <div class="filters">
        <Search label={t("search_products")} value={search} onInput={setSearch} />
        {all.length > 1 && (
          <Choice label={t("catalogue")} value={catalogue.catalogue_id} onChange={onChoose} options={all.map((each) => [each.catalogue_id, each.name] as const)} />
        )}
      </div>
      <List
        caption={t("products")}
        columns={columns()}
        found={found}
        rowKey={(row) => row.product_id}
        openKey={opened.value}
        onOpen={(row) => go("products", row.product_id)}
        narrowed={search !== ""}
        onWiden={() => setSearch("")}
        empty={<EmptyState title={t("products_none")} action={add}>{t("products_none_about")}</EmptyState>}
      />
      {open && <Detail key={open.product_id} path={`${path}/${open.product_id}`} product={open} onChanged={found.again} />}
    </>
  );
}

const columns = (): readonly Column<Product>[] => [
  { key: "name", title: t("name"), phone: "title", cell: (row) => <Named row={row} /> },
  { key: "price", title: t("product_price"), figures: true, phone: "end", cell: (row) => <Amount micros={row.price_micros} currency={row.currency} /> },
  { key: "there", title: t("availability"), phone: "foot-end", cell: (row) => <There row={row} /> },
  { key: "own", title: t("retailer_id"), phone: "hide", cell: (row) => <span class="ident clip">{row.retailer_id}</span> },
  { key: "at", title: t("changed"), phone: "hide", cell: (row) => <When at={row.updated_at} /> },
];

const Named = ({ row }: { row: Product }) => (
  <span class="with-thumb">
    {row.picture ? (
      <img class="thumb" src={row.picture.thumbnail_url ?? row.picture.url} alt="" loading="lazy" />
    ) : (
      <span class="thumb">
        <Icon name="picture" />
      </span>
    )}
    <span class="clip" dir="auto">
      {row.name}
    </span>
  </span>
);

function There({ row }: { row: Product }) {
  if (row.hidden) return <Tag>{t("product_hidden")}</Tag>;
  const tone = row.availability === "in stock" ? "good" : row.availability === "discontinued" || row.availability === "out of stock" ? "bad" : "info";
  return <Tag tone={tone}>{t(`availability_${row.availability}`)}</Tag>;
}

function Detail({ path, product, onChanged }: { path: string; product: Product; onChanged: () => void }) {
  const [sure, setSure] = useState(false);
  const { busy, error, run } = useAct();
  const changed = (words: string) => {
    toast(words, "good");
    onChanged();
    go("products");
  };
  const remove = () =>
    run(async () => {
      await asked(post(api(`${path}/remove`), {}));
      changed(t("product_removed"));
    });
  return (
    <Panel title={t("product")} onClose={() => go("products")}>
      <ProductForm
        product={product}
        save={async (said) => {
          await asked(post(api(path), said));
          changed(t("saved"));
        }}
      />
      <p class="quiet small">
        {t("retailer_id")}: <Latin>{product.retailer_id}</Latin>
      </p>
      <div>
        <Button onClick={() => setSure(true)}>{t("product_remove")}</Button>
      </div>
      <Dialog
        open={sure}
        title={t("product_remove_ask", { name: product.name })}
        onClose={() => setSure(false)}
        actions={
          <>
            <Button onClick={() => setSure(false)}>{t("cancel")}</Button>
            <Button kind="danger" busy={busy} onClick={() => void remove()}>
              {t("product_remove")}
            </Button>
          </>
        }
      >
        <p>{t("product_remove_loss")}</p>
        {error && <p class="field-error" role="alert">{error}</p>}
      </Dialog>
    </Panel>
  );
}
