/** The start of the people's app. */

import { render } from "preact";
import "../parts/base.css";
import "../parts/theme";
import "./looks/app.css";
import "./looks/door.css";
import "./looks/thread.css";
import "./looks/bubble.css";
import "./looks/choices.css";
import "./looks/sheet.css";
import { followLinks } from "./route";
import { begin } from "./store";
import { App } from "./views/app";

followLinks();
begin();
render(<App />, document.getElementById("app")!);
