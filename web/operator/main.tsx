/** The start of the operator console. */

import { render } from "preact";
import "../parts/base.css";
import { Shell, single, type Rail } from "../console/shell";
import { Audit } from "./views/audit";
import { Businesses } from "./views/businesses";
import { Health } from "./views/health";
import { Reports } from "./views/reports";
import { Templates } from "./views/templates";
import { t } from "./words";

const doors = (): Rail => [
  single("businesses", { name: "businesses", title: t("businesses"), view: Businesses }),
  single("templates", { name: "templates", title: t("templates"), view: Templates }),
  single("reports", { name: "reports", title: t("reports"), view: Reports }),
  single("audit", { name: "audit", title: t("audit"), view: Audit }),
  single("health", { name: "health", title: t("health"), view: Health }),
];

render(<Shell door="operator" doors={doors} />, document.getElementById("app")!);
