/** Curves that were drawn whole by the server: which days are seen moves with fingers, mouse, keys and buttons, in all at once. */

/** One bin of two hours and one day, in the picture's own unit (clarine_herd/page/curve.py). */
const STEP = 10;
const DAY = 120;
const WEEK = 7 * DAY;
const HEIGHT = 200;
/** A day's name needs so many pixels. */
const NAME_PX = 68;

/** What is seen: where it begins and how wide it is. */
interface View {
  from: number;
  seen: number;
}

interface Curve {
  figure: HTMLElement;
  frame: SVGElement;
  plot: SVGElement;
  cursor: SVGElement;
  names: SVGElement[];
  ticks: SVGElement[];
  told: HTMLElement;
  values: number[];
  /** The most that each bin shows, for the scale; low, high and step as in clarine_herd/page/curve.py. */
  tops: number[];
  low: number;
  high: number;
  step: number;
  zero: number;
  point: string;
}

/** Give *figures* their movement and show *tools*, the buttons that do the same. */
export function liven(figures: HTMLElement[], tools: HTMLElement): void {
  const curves = figures.map(read);
  const width = curves[0]!.values.length * STEP;
  const view: View = { from: Number(figures[0]!.dataset.from), seen: width - Number(figures[0]!.dataset.from) };
  const show = (from: number, seen: number): void => {
    view.seen = Math.min(Math.max(seen, DAY / 2), width);
    view.from = Math.min(Math.max(from, 0), width - view.seen);
    curves.forEach((curve) => draw(curve, view));
  };
  const zoom = (times: number, at = view.from + view.seen / 2): void => {
    const seen = Math.min(Math.max(view.seen * times, DAY / 2), width);
    show(at - ((at - view.from) / view.seen) * seen, seen);
  };
  const acts: Record<string, () => void> = {
    closer: () => zoom(0.5),
    farther: () => zoom(2),
    earlier: () => show(view.from - view.seen / 2, view.seen),
    later: () => show(view.from + view.seen / 2, view.seen),
    week: () => show(width - WEEK, WEEK),
    all: () => show(0, width),
  };
  tools.hidden = false;
  document.querySelector<HTMLElement>(".curve-keys")!.hidden = false;
  tools.addEventListener("click", (event) => acts[(event.target as HTMLElement).dataset.do ?? ""]?.());
  for (const curve of curves) {
    byFingers(curve, view, { show, zoom });
    byKeys(curve, view, { acts, show });
  }
  new ResizeObserver(() => show(view.from, view.seen)).observe(figures[0]!);
}

function read(figure: HTMLElement): Curve {
  const part = <T extends Element>(selector: string) => figure.querySelector<T>(selector)!;
  return {
    figure,
    frame: part(".curve-frame"),
    plot: part(".curve-plot"),
    cursor: part(".curve-cursor"),
    names: [...figure.querySelectorAll<SVGElement>(".curve-day")],
    told: part("output"),
    ticks: [...figure.querySelectorAll<SVGElement>(".curve-tick")],
    values: numbers(figure.dataset.values!),
    tops: numbers(figure.dataset.tops!),
    low: Number(figure.dataset.low),
    high: Number(figure.dataset.high),
    step: Number(figure.dataset.step),
    zero: figure.dataset.zero!.charCodeAt(0),
    point: figure.dataset.point!,
  };
}

function numbers(text: string): number[] {
  return text.split(",").map((value) => (value === "" ? NaN : Number(value)));
}

function draw(curve: Curve, view: View): void {
  const high = scale(curve, view);
  const top = (HEIGHT * (curve.high - high)) / (curve.high - curve.low);
  curve.plot.setAttribute("viewBox", `${view.from} ${top} ${view.seen} ${HEIGHT - top}`);
  [high, (high + curve.low) / 2, curve.low].forEach((tick, place) => {
    curve.ticks[place]!.textContent = digits(curve, curve.step < 1 ? tick.toFixed(1).replace(".", curve.point) : String(Math.round(tick)));
  });
  const named = (NAME_PX * view.seen) / curve.frame.clientWidth;
  const every = Math.ceil(named / DAY) || 1;
  curve.names.forEach((name, day) => {
    const at = day * DAY;
    const isSeen = day % every === 0 && at >= view.from && at < view.from + view.seen - named;
    name.setAttribute("x", `${(100 * (at - view.from)) / view.seen}%`);
    name.setAttribute("display", isSeen ? "inline" : "none");
  });
}

/** Up to where the scale goes for what is seen. */
function scale(curve: Curve, view: View): number {
  const seen = curve.tops.slice(Math.floor(view.from / STEP), Math.ceil((view.from + view.seen) / STEP));
  const most = Math.max(curve.low, ...seen.filter((value) => !Number.isNaN(value)));
  return Math.min(curve.high, Math.max(Math.ceil(most / curve.step) * curve.step, curve.low + curve.step));
}

/** Say what was measured at one bin, and mark it. */
function tell(curve: Curve, bin: number): void {
  const value = curve.values[bin];
  curve.figure.dataset.bin = String(bin);
  curve.cursor.setAttribute("d", `M${bin * STEP + STEP / 2} 0v${HEIGHT}`);
  const day = curve.names[Math.floor(bin / 12)]?.textContent ?? "";
  const hour = `${String((bin % 12) * 2).padStart(2, "0")}:00`;
  const said = value === undefined || Number.isNaN(value) ? "–" : String(value).replace(".", curve.point);
  curve.told.textContent = digits(curve, `${day} ${hour} · ${said}`);
}

function digits(curve: Curve, text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCharCode(curve.zero + Number(digit)));
}

interface Moves {
  show: (from: number, seen: number) => void;
  zoom: (times: number, at?: number) => void;
}

/** One finger or the mouse moves, two fingers or Ctrl and the wheel zoom, a tap reads a value. */
function byFingers(curve: Curve, view: View, { show, zoom }: Moves): void {
  const down = new Map<number, number>();
  let moved = 0;
  const place = (x: number): number => {
    const box = curve.plot.getBoundingClientRect();
    return view.from + ((x - box.left) / box.width) * view.seen;
  };
  const binAt = (x: number): number => Math.min(Math.max(Math.floor(place(x) / STEP), 0), curve.values.length - 1);
  curve.frame.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, event.clientX);
    moved = 0;
    curve.frame.setPointerCapture(event.pointerId);
  });
  curve.frame.addEventListener("pointermove", (event) => {
    const was = down.get(event.pointerId);
    if (was === undefined) {
      if (event.pointerType === "mouse") tell(curve, binAt(event.clientX));
      return;
    }
    moved += Math.abs(event.clientX - was);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) show(view.from + place(was) - place(event.clientX), view.seen);
    else zoom(Math.max(Math.abs(was - other), 8) / Math.max(Math.abs(event.clientX - other), 8), place((event.clientX + other) / 2));
    down.set(event.pointerId, event.clientX);
  });
  const up = (event: PointerEvent): void => {
    if (down.delete(event.pointerId) && moved < 8) tell(curve, binAt(event.clientX));
  };
  curve.frame.addEventListener("pointerup", up);
  curve.frame.addEventListener("pointercancel", (event) => down.delete(event.pointerId));
  const wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, place(event.clientX));
  };
  curve.frame.addEventListener("wheel", wheel, { passive: false });
}

interface Keys {
  acts: Record<string, () => void>;
  show: (from: number, seen: number) => void;
}

/** Arrows step from value to value, with Shift they move; + and − zoom, Home shows all, End the last week. */
function byKeys(curve: Curve, view: View, { acts, show }: Keys): void {
  const step = (by: number): void => {
    const last = curve.values.length - 1;
    const bin = Math.min(Math.max(Number(curve.figure.dataset.bin ?? last + 1) + by, 0), last);
    tell(curve, bin);
    if (bin * STEP < view.from) show(bin * STEP, view.seen);
    else if ((bin + 1) * STEP > view.from + view.seen) show((bin + 1) * STEP - view.seen, view.seen);
  };
  const keys: Record<string, (shift: boolean) => void> = {
    ArrowLeft: (shift) => (shift ? acts.earlier!() : step(-1)),
    ArrowRight: (shift) => (shift ? acts.later!() : step(1)),
    "+": () => acts.closer!(),
    "=": () => acts.closer!(),
    "-": () => acts.farther!(),
    Home: () => acts.all!(),
    End: () => acts.week!(),
  };
  curve.figure.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(event.shiftKey);
  });
}
