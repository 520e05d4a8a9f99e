/** The start of the business console. */

import { render } from "preact";
import "../parts/base.css";
import { Shell, single, type Rail } from "../console/shell";
import { Campaigns } from "./views/campaigns";
import { Catalogues } from "./views/catalogues";
import { Connect } from "./views/connect";
import { Consent } from "./views/consent";
import { Messages } from "./views/messages";
import { Products } from "./views/products";
import { Templates } from "./views/templates";
import { Wallet } from "./views/wallet";
import { Webhooks } from "./views/webhooks";
import { t } from "./words";

/** Six: what belongs to one errand lies behind one door — a campaign needs its template, a program its webhook log. */
const doors = (): Rail => [
  single("messages", { name: "messages", title: t("messages"), view: Messages }),
  {
    icon: "campaigns",
    title: t("sending"),
    rooms: [
      { name: "campaigns", title: t("campaigns"), view: Campaigns },
      { name: "templates", title: t("templates"), view: Templates },
    ],
  },
  {
    icon: "shop",
    title: t("shop"),
    rooms: [
      { name: "products", title: t("products"), view: Products },
      { name: "catalogues", title: t("catalogues"), view: Catalogues },
    ],
  },
  single("consent", { name: "consent", title: t("consent"), view: Consent }),
  single("wallet", { name: "wallet", title: t("wallet"), view: Wallet }),
  {
    icon: "connect",
    title: t("connect"),
    rooms: [
      { name: "connect", title: t("connect_keys"), view: Connect },
      { name: "webhooks", title: t("webhooks"), view: Webhooks },
    ],
  },
];

render(<Shell door="business" doors={doors} />, document.getElementById("app")!);
