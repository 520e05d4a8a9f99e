/** The start of the business console. */

import { render } from "preact";
import "../parts/base.css";
import { Shell } from "../console/shell";
import { Campaigns } from "./views/campaigns";
import { Connect } from "./views/connect";
import { Consent } from "./views/consent";
import { Messages } from "./views/messages";
import { Templates } from "./views/templates";
import { Wallet } from "./views/wallet";
import { Webhooks } from "./views/webhooks";
import { t } from "./words";

const doors = () =>
  [
    { name: "messages", icon: "messages", title: t("messages"), view: Messages },
    { name: "wallet", icon: "wallet", title: t("wallet"), view: Wallet },
    { name: "templates", icon: "templates", title: t("templates"), view: Templates },
    { name: "campaigns", icon: "campaigns", title: t("campaigns"), view: Campaigns },
    { name: "consent", icon: "consent", title: t("consent"), view: Consent },
    { name: "webhooks", icon: "webhooks", title: t("webhooks"), view: Webhooks },
    { name: "connect", icon: "connect", title: t("connect"), view: Connect },
  ] as const;

render(<Shell door="business" doors={doors} />, document.getElementById("app")!);
