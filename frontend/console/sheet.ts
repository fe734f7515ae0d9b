/** Where rows are on a sheet that is scrolled: one below the other, or in proportion where there are too many. */

export const ROW = 20;
/** Browsers stop at about 17 million pixels. A taller log scrolls in proportion: its scrollbar still spans all of it. */
const TALLEST = 12_000_000;

export interface Sheet {
  /** How many rows there are. */
  rows: number;
  /** Height of the pane in pixels. */
  pane: number;
}

export function sheetHeight({ rows }: Sheet): number {
  return Math.min(rows * ROW, TALLEST);
}

export function visibleRows({ pane }: Sheet): number {
  return Math.ceil(pane / ROW);
}

/** The first visible row at a scroll position. */
export function rowAt(scrollTop: number, sheet: Sheet): number {
  if (!isProportional(sheet)) return Math.floor(scrollTop / ROW);
  return Math.min(Math.round((scrollTop / scrollable(sheet)) * lastFirst(sheet)), lastFirst(sheet));
}

/** The scroll position at which a row is the first visible one. */
export function scrollTopOf(row: number, sheet: Sheet): number {
  if (!isProportional(sheet)) return row * ROW;
  return (row / lastFirst(sheet)) * scrollable(sheet);
}

/** Where rows from `from` to before `to` are drawn when `first` is the first visible one at `scrollTop`. */
export function topOf(rows: { from: number; to: number; first: number }, scrollTop: number, sheet: Sheet): number {
  const { from, to, first } = rows;
  if (!isProportional(sheet)) return from * ROW;
  const latest = sheetHeight(sheet) - (to - from) * ROW; // nothing hangs over the end of the sheet
  return Math.min(scrollTop - (first - from) * ROW, latest);
}

function isProportional({ rows }: Sheet): boolean {
  return rows * ROW > TALLEST;
}

function scrollable(sheet: Sheet): number {
  return Math.max(sheetHeight(sheet) - sheet.pane, 1);
}

/** The first visible row at the very end. */
function lastFirst({ rows, pane }: Sheet): number {
  return Math.max(rows - Math.floor(pane / ROW), 1);
}
