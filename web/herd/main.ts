/** The farm's pages are written by Herd and readable without this; here curves learn to move. */

import "../parts/base.css";
import "../parts/ui.css";
import "./farm.css";
import "./print.css";
import { liven } from "./curve";

const figures = [...document.querySelectorAll<HTMLElement>(".curve")];
if (figures.length > 0) liven(figures, document.querySelector<HTMLElement>(".curve-tools")!);
