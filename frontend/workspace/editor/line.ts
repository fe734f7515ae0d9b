/** Lines over steps, time or another metric. */
import type { Kind } from "./fields";
import { label, text, words } from "./fields";
import { AXES, axisWords, GROUPING, keyWords, LEGEND, LIMIT, metrics, scale } from "./shared";

const SMOOTHINGS = [
  ["", "As in the workspace"],
  ["none", "None"],
  ["exponentialTimeWeighted", "Exponential"],
  ["gaussian", "Gaussian"],
  ["average", "Average"],
] as const;
const PLOTS = [
  ["line", "Lines"],
  ["stacked-area", "Stacked"],
  ["pct-area", "Shares"],
] as const;

export const LINE: Kind = {
  viewType: "Run History Line Plot",
  label: "Line",
  icon: "chart",
  about: "Metrics over steps or time",
  initial: { metrics: [] },
  needsKeys: true,
  groups: [
    {
      title: "Data",
      isOpen: true,
      fields: [
        metrics(),
        { kind: "select", name: "xAxis", label: "x axis", choices: AXES, initial: "", takesKey: true },
        { kind: "words", name: "expressions", label: "Expression", placeholder: "e.g. 100 - ${val/acc1}" },
        { kind: "rule", name: "x.rule", label: "Runs drawn" },
        LIMIT,
      ],
      told: keyWords("metrics"),
    },
    { ...GROUPING, isOpen: true },
    {
      title: "Axes",
      fields: [
        { kind: "range", name: "yAxisMin", label: "y range", low: "yAxisMin", high: "yAxisMax" },
        { kind: "switch", name: "ignoreOutliers", label: "", on: "Cut outliers", initial: false },
        scale("yLogScale", "y scale"),
        { kind: "range", name: "xAxisMin", label: "x range", low: "xAxisMin", high: "xAxisMax" },
        scale("xLogScale", "x scale"),
        { kind: "text", name: "x.unit", label: "Unit", placeholder: "e.g. %" },
        { kind: "text", name: "yAxisTitle", label: "y title", placeholder: "none" },
        { kind: "text", name: "xAxisTitle", label: "x title", placeholder: "none" },
      ],
      told: axisWords,
    },
    {
      title: "Smoothing",
      fields: [
        { kind: "select", name: "smoothingType", label: "Method", choices: SMOOTHINGS, initial: "" },
        {
          kind: "weight",
          name: "smoothingWeight",
          label: "Weight",
          initial: 0.6,
          when: (panel) => !["", "none"].includes(text(panel, "smoothingType")),
        },
        {
          kind: "switch",
          name: "showOriginalAfterSmoothing",
          label: "Behind it",
          on: "Raw line, faint",
          initial: true,
        },
      ],
      told: (panel) => {
        const type = text(panel, "smoothingType");
        if (!type) return "as in the workspace";
        return type === "none"
          ? "none"
          : words(
              `${label(SMOOTHINGS, type).toLowerCase()} ${text(panel, "smoothingWeight")}`,
              panel.config["showOriginalAfterSmoothing"] !== false && "raw behind",
            );
      },
    },
    {
      title: "Style",
      fields: [
        { kind: "choice", name: "plotType", label: "Draw as", choices: PLOTS, initial: "line" },
        {
          kind: "choice",
          name: "pointVisualizationMethod",
          label: "Points",
          choices: [
            ["bucketing-gorilla", "All, with spikes"],
            ["sampling", "Sampled"],
          ],
          initial: "bucketing-gorilla",
        },
      ],
      told: (panel) => label(PLOTS, text(panel, "plotType") || "line").toLowerCase(),
    },
    LEGEND,
  ],
};
