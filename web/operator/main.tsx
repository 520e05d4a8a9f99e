/** The start of the operator console. */

import { render } from "preact";
import "../parts/base.css";
import { Shell } from "../console/shell";
import { Audit } from "./views/audit";
import { Businesses } from "./views/businesses";
import { Health } from "./views/health";
import { Reports } from "./views/reports";
import { Templates } from "./views/templates";
import { t } from "./words";

const doors = () =>
  [
    { name: "businesses", icon: "businesses", title: t("businesses"), view: Businesses },
    { name: "templates", icon: "templates", title: t("templates"), view: Templates },
    { name: "reports", icon: "reports", title: t("reports"), view: Reports },
    { name: "audit", icon: "audit", title: t("audit"), view: Audit },
    { name: "health", icon: "health", title: t("health"), view: Health },
  ] as const;

render(<Shell door="operator" doors={doors} />, document.getElementById("app")!);
