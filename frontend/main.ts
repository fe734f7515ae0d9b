/**
 * What every page loads: the styles, htmx, and the small elements. Elements that draw charts, logs and lists of results
 * are fetched when a page has one.
 */
import "./styles.css";
import htmx from "htmx.org";
import { lazily } from "./lazy";
import "./elements/confirm-dialog";
import "./elements/copy-button";
import "./elements/filter-list";
import "./elements/keyboard-shortcuts";
import "./elements/live-region";
import "./elements/live-source";
import "./elements/menu-button";
import "./elements/run-state";
import "./elements/theme-switch";
import "./elements/time-ago";
import "./elements/toast-list";

// The content security policy refuses evaluated code and style tags.
Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true });

lazily({
  "address-preview": () => import("./elements/address-preview"),
  "choice-form": () => import("./elements/choice-form"),
  "command-palette": () => import("./elements/command-palette"),
  "console-log": () => import("./elements/console-log"),
  "file-tree": () => import("./elements/file-tree"),
  "line-panel": () => import("./elements/line-panel"),
  "panel-grid": () => import("./elements/panel-grid"),
  "panel-view": () => Promise.all([import("./elements/panel-view"), import("./panels/exports")]),
  "passkey-form": () => import("./elements/passkey-form"),
  "run-actions": () => import("./elements/run-actions"),
  "run-table": () => import("./elements/run-table"),
  "work-space": () => import("./elements/work-space"),
  "stored-secret": () => import("./elements/stored-secret"),
});
