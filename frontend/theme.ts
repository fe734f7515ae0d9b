/** Colours for canvas pens, read from the tokens through a probe, and read again when the theme changes. */

let probe: HTMLElement | null = null;
const known = new Map<string, string>();
const numbers = new Map<string, number>();
const listeners = new Set<() => void>();

/** Resolve a custom property (`--series-3`) to a colour a canvas understands. */
export function colour(token: string, opacity = 1): string {
  const name = `${token} ${opacity}`;
  let value = known.get(name);
  if (value === undefined) {
    if (!probe) {
      probe = document.createElement("span");
      probe.hidden = true;
      document.body.append(probe);
    }
    const shown = `var(${token})`;
    probe.style.color = opacity === 1 ? shown : `color-mix(in srgb, ${shown} ${opacity * 100}%, transparent)`;
    value = getComputedStyle(probe).color;
    known.set(name, value);
  }
  return value;
}

/** Read a custom property that is a number: `--chart-raw`. */
export function numeric(token: string, otherwise: number): number {
  let value = numbers.get(token);
  if (value === undefined) {
    value = parseFloat(getComputedStyle(document.documentElement).getPropertyValue(token));
    numbers.set(token, value);
  }
  return Number.isFinite(value) ? value : otherwise;
}

/** Call when the theme changes, by the system or by the person. Returns the way to stop. */
export function onThemeChange(listener: () => void): () => void {
  if (!listeners.size) watch();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let watching = false;

function watch(): void {
  if (watching) return;
  watching = true;
  const changed = () => {
    known.clear();
    numbers.clear();
    for (const listener of listeners) listener();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

const PALETTE = 12;
let palette: string[] | null = null;

/** The twelve series colours as documents store them: those of the light theme, #rrggbb. */
export function paletteColours(): string[] {
  if (palette) return palette;
  const light = document.createElement("span");
  light.hidden = true;
  light.style.setProperty("color-scheme", "light");
  document.body.append(light);
  palette = Array.from({ length: PALETTE }, (_, index) => {
    light.style.color = `var(--series-${index + 1})`;
    return hex(getComputedStyle(light).color);
  });
  light.remove();
  return palette;
}

function hex(written: string): string {
  const parts = written.match(/[\d.]+/g)?.slice(0, 3) ?? [];
  return `#${parts.map((part) => Math.round(Number(part)).toString(16).padStart(2, "0")).join("")}`;
}
