/** The kinds of panels that a person can add, in the order of the menu. */
import type { Group, Kind } from "./fields";
import { label, rangeWords, text, words } from "./fields";
import { LINE } from "./line";
import { AGGREGATES, AREAS, GROUPING, keyWords, LIMIT, metrics, scale, TITLE } from "./shared";

function data(fields: Group["fields"], told: Group["told"]): Group {
  return { title: "Data", isOpen: true, fields, told };
}

const BAR: Kind = {
  viewType: "Bar Chart",
  label: "Bar",
  icon: "bars",
  about: "One value per run or group",
  initial: { metrics: [] },
  needsKeys: true,
  groups: [
    data(
      [
        metrics(),
        LIMIT,
        { kind: "number", name: "barLimit", label: "Bars at most", placeholder: "20", min: 1, max: 500 },
      ],
      keyWords("metrics"),
    ),
    { ...GROUPING, isOpen: true },
    {
      title: "Axes",
      fields: [
        { kind: "range", name: "xAxisMin", label: "Range", low: "xAxisMin", high: "xAxisMax" },
        { kind: "text", name: "xAxisTitle", label: "Title", placeholder: "none" },
        { kind: "switch", name: "vertical", label: "Bars", on: "Upright", initial: false },
        {
          kind: "choice",
          name: "x.plot",
          label: "Draw as",
          choices: [
            ["bar", "Bars"],
            ["box", "Boxes"],
            ["violin", "Violins"],
          ],
          initial: "bar",
        },
      ],
      told: (panel) =>
        words(
          rangeWords(panel, "x", "xAxisMin", "xAxisMax") || "from zero",
          panel.config["vertical"] === true && "upright",
        ),
    },
    TITLE,
  ],
};

const SCATTER: Kind = {
  viewType: "Scatter Plot",
  label: "Scatter",
  icon: "scatter",
  about: "One fact of each run against another",
  initial: {},
  needsKeys: true,
  groups: [
    data(
      (["xAxis", "yAxis", "zAxis"] as const).map((name, index) => ({
        kind: "keys" as const,
        name,
        label: ["x", "y", "Colour"][index] ?? "",
        isMany: false,
        kinds: ["summary", "config", "run"] as const,
        stores: "prefixed" as const,
      })),
      (panel) =>
        words(text(panel, "yAxis") && `${bare(text(panel, "yAxis"))} against ${bare(text(panel, "xAxis"))}`) ||
        "no key yet",
    ),
    {
      title: "Axes",
      fields: [
        { kind: "range", name: "xAxisMin", label: "x range", low: "xAxisMin", high: "xAxisMax" },
        scale("xAxisLogScale", "x scale"),
        { kind: "range", name: "yAxisMin", label: "y range", low: "yAxisMin", high: "yAxisMax" },
        scale("yAxisLogScale", "y scale"),
        { kind: "switch", name: "showLinearRegression", label: "Trend", on: "Line through the runs", initial: false },
        { kind: "switch", name: "showMinYAxisLine", label: "Best so far", on: "Lowest", initial: false },
        { kind: "switch", name: "showMaxYAxisLine", label: "", on: "Highest", initial: false },
      ],
      told: (panel) =>
        words(
          rangeWords(panel, "x", "xAxisMin", "xAxisMax"),
          rangeWords(panel, "y", "yAxisMin", "yAxisMax"),
          panel.config["xAxisLogScale"] === true && "x log",
          panel.config["yAxisLogScale"] === true && "y log",
          panel.config["showLinearRegression"] === true && "trend",
        ) || "as the runs need",
    },
    TITLE,
  ],
};

const SCALAR: Kind = {
  viewType: "Scalar Chart",
  label: "Number",
  icon: "number",
  about: "One large number over all runs",
  initial: { metrics: [] },
  needsKeys: true,
  groups: [
    data(
      [
        metrics(),
        { kind: "choice", name: "groupAgg", label: "Over runs", choices: AGGREGATES, initial: "mean" },
        { kind: "choice", name: "groupArea", label: "Spread", choices: AREAS, initial: "none" },
      ],
      (panel) => words(keyWords("metrics")(panel), label(AGGREGATES, text(panel, "groupAgg") || "mean").toLowerCase()),
    ),
    TITLE,
  ],
};

const HISTOGRAM: Kind = {
  viewType: "Histogram",
  label: "Histogram",
  icon: "histogram",
  about: "Logged histograms over steps",
  initial: { metrics: [] },
  needsKeys: true,
  groups: [data([metrics(), LIMIT], keyWords("metrics")), TITLE],
};

const PARALLEL: Kind = {
  viewType: "Parallel Coordinates Plot",
  label: "Parallel coordinates",
  icon: "parallel",
  about: "What makes a metric high",
  initial: { columns: [] },
  needsKeys: true,
  groups: [
    data(
      [
        {
          kind: "keys",
          name: "columns",
          label: "Axes",
          isMany: true,
          kinds: ["config", "summary", "run"],
          stores: "columns",
        },
      ],
      (panel) => {
        const columns = panel.config["columns"];
        return Array.isArray(columns) && columns.length ? `${columns.length} axes` : "no axis yet";
      },
    ),
    TITLE,
  ],
};

const MEDIA: Kind = {
  viewType: "Media Browser",
  label: "Media",
  icon: "image",
  about: "Images, audio, video, 3D by step",
  initial: { mediaKeys: [] },
  needsKeys: true,
  groups: [
    data(
      [
        { kind: "keys", name: "mediaKeys", label: "Keys", isMany: true, kinds: ["summary"], stores: "plain" },
        { kind: "number", name: "columnCount", label: "Columns", placeholder: "auto", min: 1, max: 12 },
        { kind: "number", name: "x.run_limit", label: "Runs at most", placeholder: "auto", min: 1, max: 50 },
        {
          kind: "choice",
          name: "mode",
          label: "Arrange",
          choices: [
            ["grid", "Runs by pictures"],
            ["gallery", "One after the other"],
          ],
          initial: "grid",
        },
        {
          kind: "choice",
          name: "x.size",
          label: "Size",
          choices: [
            ["small", "Small"],
            ["", "Medium"],
            ["large", "Large"],
          ],
          initial: "",
        },
      ],
      keyWords("mediaKeys"),
    ),
    TITLE,
  ],
};

const TABLE: Kind = {
  viewType: "Table",
  label: "Table",
  icon: "table",
  about: "A logged table of one run",
  initial: {},
  needsKeys: true,
  groups: [
    data(
      [{ kind: "keys", name: "tableKey", label: "Table", isMany: false, kinds: ["summary"], stores: "plain" }],
      keyWords("tableKey"),
    ),
    TITLE,
  ],
};

const MARKDOWN: Kind = {
  viewType: "Markdown Panel",
  label: "Text",
  icon: "edit",
  about: "Notes between the charts",
  initial: { value: "" },
  needsKeys: false,
  groups: [
    data(
      [{ kind: "prose", name: "value", label: "Text", placeholder: "Markdown, with $\\LaTeX$ between dollars" }],
      (panel) => text(panel, "value").split("\n")[0] ?? "",
    ),
  ],
};

const COMPARER: Kind = {
  viewType: "Run Comparer",
  label: "Run comparison",
  icon: "swap",
  about: "Configs and results side by side",
  initial: {},
  needsKeys: false,
  groups: [
    data(
      [
        {
          kind: "choice",
          name: "diffOnly",
          label: "Rows",
          choices: [
            ["", "All"],
            ["split", "Differences first"],
            ["only", "Differences only"],
          ],
          stored: { only: true },
          initial: "",
        },
      ],
      (panel) => (panel.config["diffOnly"] ? "differences" : "all rows"),
    ),
  ],
};

const CODE: Kind = {
  viewType: "Code Comparer",
  label: "Code comparison",
  icon: "code",
  about: "What changed in the code of two runs",
  initial: { diff: "split" },
  needsKeys: false,
  groups: [
    data(
      [
        {
          kind: "choice",
          name: "diff",
          label: "Show",
          choices: [
            ["split", "Side by side"],
            ["unified", "One below the other"],
          ],
          initial: "split",
        },
      ],
      (panel) => text(panel, "diff") || "side by side",
    ),
  ],
};

export const KINDS: readonly Kind[] = [
  LINE,
  BAR,
  SCATTER,
  SCALAR,
  HISTOGRAM,
  PARALLEL,
  MEDIA,
  TABLE,
  MARKDOWN,
  COMPARER,
  CODE,
];

export function kindOf(viewType: string): Kind | null {
  return KINDS.find((kind) => kind.viewType === viewType) ?? null;
}

function bare(key: string): string {
  return key.replace(/^(summary|config|run):/, "").replace(/\.value$/, "");
}
