/**
 * Take a panel away as a figure: the server draws it in a process of its own, the page waits and then downloads it.
 *
 * Brings “Download as SVG”, PDF and PNG into the menu of every panel that is a drawing.
 */
import { getJson, isAbort, sendJson, sentence } from "../api";
import type { PanelView } from "../elements/panel-view";
import { offerAction } from "./actions";
import type { PanelScene, PanelSpec } from "./data";

/** Kinds that the server draws (apps/panels/figures). */
export const DRAWN: ReadonlySet<string> = new Set(["bar", "histogram", "line", "parallel", "scalar", "scatter"]);

const FORMS = [
  { form: "svg", label: "Download as SVG" },
  { form: "pdf", label: "Download as PDF" },
  { form: "png", label: "Download as PNG" },
] as const;
const PAUSES_MILLISECONDS = [300, 500, 800, 1200, 2000, 3000];
const LONGEST_WAIT_MILLISECONDS = 90_000;

interface Export {
  uid: string;
  state: "waiting" | "running" | "done" | "failed";
  url: string | null;
  filename: string;
  error: string;
}

/** Have a panel drawn, wait for it, and return where the file is. Raises ApiError, or Error with the server's reason. */
export async function drawnFile(
  panel: PanelSpec,
  scene: PanelScene,
  form: string,
  options: { range?: readonly [number, number] | null } = {},
): Promise<string> {
  const { src, ...shared } = scene;
  const base = src.replace(/panel-data$/, "panel-exports");
  const [low, high] = options.range ?? [null, null];
  let told = (await sendJson("POST", base, { ...shared, panel, form, low, high })) as Export;
  const began = Date.now();
  for (let turn = 0; told.state === "waiting" || told.state === "running"; turn += 1) {
    if (Date.now() - began > LONGEST_WAIT_MILLISECONDS) throw new Error("The figure takes too long. Try again later.");
    await pause(PAUSES_MILLISECONDS[Math.min(turn, PAUSES_MILLISECONDS.length - 1)] ?? 3000);
    told = (await getJson(`${base}/${told.uid}`)) as Export;
  }
  if (!told.url) throw new Error(told.error || "The figure could not be drawn.");
  return told.url;
}

for (const [place, { form, label }] of FORMS.entries()) {
  offerAction({
    name: `export-${form}`,
    label,
    icon: "download",
    rank: 41 + place,
    when: (view) => view.data !== null && DRAWN.has(view.data.kind),
    act: (view) => void download(view, form),
  });
}

async function download(view: PanelView, form: string): Promise<void> {
  if (!view.panel || !view.scene) return;
  say(`Drawing “${view.heading}” as ${form.toUpperCase()} …`);
  try {
    const link = document.createElement("a");
    link.href = await drawnFile(view.panel, view.scene, form, { range: view.range });
    link.click();
  } catch (error) {
    if (!isAbort(error)) say(error instanceof Error ? error.message : sentence(error));
  }
}

function say(text: string): void {
  document.querySelector<HTMLElement & { say: (text: string) => void }>("toast-list")?.say(text);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
