/** Groups that several kinds share. */
import type { Choice, Field, Group } from "./fields";
import { label, list, rangeWords, text, words } from "./fields";

export const AXES: readonly Choice[] = [
  ["", "As in the workspace"],
  ["_step", "Step"],
  ["_runtime", "Time since start"],
  ["_absolute_runtime", "Time since start, by the clock"],
  ["_timestamp", "Wall time"],
];
export const AGGREGATES: readonly Choice[] = [
  ["mean", "Mean"],
  ["median", "Median"],
  ["min", "Lowest"],
  ["max", "Highest"],
];
export const AREAS: readonly Choice[] = [
  ["none", "None"],
  ["minmax", "Range"],
  ["stddev", "± 1 sd"],
  ["stderr", "± 1 se"],
];

export const GROUPING: Group = {
  title: "Grouping",
  fields: [
    {
      kind: "keys",
      name: "groupBy",
      label: "Group by",
      isMany: false,
      kinds: ["run", "config"],
      stores: "group",
      help: "Without a key: as the run list is grouped.",
    },
    { kind: "choice", name: "groupAgg", label: "Line", choices: AGGREGATES, initial: "mean" },
    { kind: "choice", name: "groupArea", label: "Band", choices: AREAS, initial: "minmax" },
    {
      kind: "choice",
      name: "x.missing",
      label: "Missing steps",
      choices: [
        ["", "Use those there"],
        ["all", "Wait for all"],
      ],
      initial: "",
    },
    {
      kind: "switch",
      name: "groupBy",
      label: "Or",
      on: "Never, whatever the list does",
      initial: false,
      onValue: "None",
    },
  ],
  told: (panel) => {
    const by = text(panel, "groupBy");
    if (by === "None") return "never";
    const how = words(
      label(AGGREGATES, text(panel, "groupAgg") || "mean").toLowerCase(),
      label(AREAS, text(panel, "groupArea") || "minmax").toLowerCase(),
    );
    return by ? `${by.replace(/\.value$/, "")}, ${how}` : `as the run list, ${how}`;
  },
};

export const LEGEND: Group = {
  title: "Legend",
  fields: [
    {
      kind: "choice",
      name: "legendPosition",
      label: "Place",
      choices: [
        ["", "Off"],
        ["south", "Below"],
        ["east", "Right"],
        ["north", "Above"],
      ],
      initial: "",
    },
    {
      kind: "text",
      name: "legendTemplate",
      label: "Text",
      placeholder: "${run:displayName}",
      isCode: true,
      help: "${run:displayName}, ${config:lr}; in the tooltip [[ ${x}: ${y} ]]",
    },
    { kind: "text", name: "chartTitle", label: "Title", placeholder: "the keys" },
  ],
  told: (panel) =>
    words(
      label(
        [
          ["", "the run list is the legend"],
          ["south", "below"],
          ["east", "right"],
          ["north", "above"],
        ],
        text(panel, "legendPosition"),
      ),
      text(panel, "chartTitle") && `“${text(panel, "chartTitle")}”`,
    ),
};

export const TITLE: Group = {
  title: "Title",
  fields: [{ kind: "text", name: "chartTitle", label: "Title", placeholder: "the keys" }],
  told: (panel) => text(panel, "chartTitle") || "the keys",
};

/** Which metrics, and how many runs at most. */
export function metrics(): Field {
  return {
    kind: "keys",
    name: "metrics",
    label: "Metrics",
    isMany: true,
    kinds: ["summary"],
    stores: "plain",
    takesRegex: true,
  };
}

/** Whether an axis counts by values or by their magnitude. */
export function scale(name: string, label: string): Field {
  const choices: Choice[] = [
    ["", "Linear"],
    ["log", "Log"],
  ];
  return { kind: "choice", name, label, choices, stored: { log: true }, initial: "" };
}

export const LIMIT: Field = {
  kind: "number",
  name: "limit",
  label: "Runs at most",
  placeholder: "auto",
  min: 1,
  max: 1000,
};

export function keyWords(name: string): Group["told"] {
  return (panel) => {
    if (panel.config["useMetricRegex"] === true) return `all that match ${text(panel, "metricRegex")}`;
    const keys = list(panel, name);
    return keys.length > 3
      ? `${keys.slice(0, 2).join(", ")} and ${keys.length - 2} more`
      : keys.join(", ") || "no key yet";
  };
}

export function axisWords(panel: Parameters<Group["told"]>[0]): string {
  return words(
    rangeWords(panel, "x", "xAxisMin", "xAxisMax"),
    rangeWords(panel, "y", "yAxisMin", "yAxisMax"),
    panel.config["xLogScale"] === true && "x log",
    panel.config["yLogScale"] === true ? "y log" : "linear",
    panel.config["ignoreOutliers"] === true && "outliers cut",
  );
}
