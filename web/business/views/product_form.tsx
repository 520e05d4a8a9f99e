/** The form of one product: picture, name, price, whether it can be had. */

import { useEffect, useState } from "preact/hooks";
import { useAct } from "../../console/act";
import { Icon } from "../../console/icons";
import { api, asked, me } from "../../console/session";
import { Check, OpenFile, Select } from "../../console/shown";
import { post, type HttpError } from "../../parts/http";
import { smaller } from "../../parts/picture";
import { Button, Field } from "../../parts/ui";
import { priceField, priceText } from "../price";
import { t } from "../words";
import { AVAILABILITIES, type Availability, type Product } from "../wire";

/** As the server takes it (docs/reference/console-api.md). */
export interface ProductSaid {
  name: string;
  price: string;
  description: string;
  availability: Availability;
  hidden: boolean;
  retailer_id?: string;
  picture_id?: string | null;
}

/** undefined: as it was; null: none; a file that was chosen. */
type Picture = Blob | null | undefined;

interface ProductFormProps {
  product?: Product;
  save: (said: ProductSaid) => Promise<void>;
  onClose?: () => void;
}

export function ProductForm({ product, save, onClose }: ProductFormProps) {
  const [name, setName] = useState(product?.name ?? "");
  const [price, setPrice] = useState(product ? priceField(product.price_micros, product.currency) : "");
  const [currency, setCurrency] = useState(product?.currency ?? me.value?.business?.currency ?? "USD");
  const [description, setDescription] = useState(product?.description ?? "");
  const [availability, setAvailability] = useState<Availability>(product?.availability ?? "in stock");
  const [hidden, setHidden] = useState(product?.hidden ?? false);
  const [own, setOwn] = useState("");
  const [picture, setPicture] = useState<Picture>(undefined);
  const [priceWrong, setPriceWrong] = useState(false);
  const { busy, error, run } = useAct(refusal);

  function submit(event: Event): void {
    event.preventDefault();
    const amount = priceText(price);
    setPriceWrong(amount === null);
    if (amount === null) return;
    void run(async () => {
      const picture_id = picture ? (await asked(post<{ picture_id: string }>(api("pictures"), picture))).picture_id : picture;
      await save({
        name,
        price: `${amount} ${currency.trim().toUpperCase()}`,
        description,
        availability,
        hidden,
        ...(product ? {} : { retailer_id: own }),
        ...(picture_id === undefined ? {} : { picture_id }),
      });
    });
  }

  return (
    <form class="form" onSubmit={submit}>
      <PictureField product={product} picture={picture} onChange={setPicture} />
      <Field label={t("name")} required maxLength={200} dir="auto" value={name} onInput={(event) => setName(event.currentTarget.value)} />
      <div class="form form-two">
        <Field label={t("product_price")} required inputMode="decimal" dir="ltr" error={priceWrong ? t("price_wrong") : null} value={price} onInput={(event) => setPrice(event.currentTarget.value)} />
        <Field label={t("currency")} required pattern="[A-Za-z]{3}" maxLength={3} dir="ltr" value={currency} onInput={(event) => setCurrency(event.currentTarget.value)} />
      </div>
      <Select label={t("availability")} value={availability} onChange={setAvailability} options={AVAILABILITIES.map((each) => [each, t(`availability_${each}`)] as const)} />
      <label class="field">
        <span>{t("description")}</span>
        <textarea class="input" dir="auto" maxLength={5000} value={description} onInput={(event) => setDescription(event.currentTarget.value)} />
      </label>
      {!product && <Field label={t("retailer_id")} hint={t("retailer_id_hint")} maxLength={100} dir="ltr" value={own} onInput={(event) => setOwn(event.currentTarget.value)} />}
      <Check label={t("product_hide")} hint={t("product_hide_hint")} value={hidden} onChange={setHidden} />
      {error && <p class="field-error" role="alert" dir="auto">{error}</p>}
      <div class="dialog-actions">
        {onClose && <Button onClick={onClose}>{t("cancel")}</Button>}
        <Button kind="primary" type="submit" busy={busy}>{t("save")}</Button>
      </div>
    </form>
  );
}

function refusal(error: HttpError): string | null {
  switch (error.code) {
    case "product_known":
      return t("product_known");
    case "media_type":
    case "media_size":
    case "media_broken":
    case "media_bomb":
      return t("picture_wrong");
    default:
      return null;
  }
}

function PictureField({ product, picture, onChange }: { product: Product | undefined; picture: Picture; onChange: (picture: Picture) => void }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!picture) return setAddress(null);
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  const kept = picture === undefined ? product?.picture : null;
  const shown = address ?? kept?.thumbnail_url ?? kept?.url;
  return (
    <div class="with-thumb">
      {shown ? (
        <img class="thumb thumb-large" src={shown} alt={t("picture")} />
      ) : (
        <span class="thumb thumb-large">
          <Icon name="picture" size={32} />
        </span>
      )}
      <span class="row">
        <OpenFile label={t(shown ? "picture_other" : "picture_choose")} accept="image/jpeg,image/png,image/webp" onFile={(file) => void smaller(file).then(onChange)} />
        {shown && <Button kind="bare" onClick={() => onChange(null)}>{t("picture_off")}</Button>}
      </span>
    </div>
  );
}
