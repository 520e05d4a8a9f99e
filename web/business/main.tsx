/** The start of this face. */

import { render } from "preact";
import "../parts/base.css";
import { Bell } from "../parts/mark";

render(<Bell size={96} name="Clarine" />, document.getElementById("app")!);
