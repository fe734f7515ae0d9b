/** Which repeated lines are folded into one row, and which row a line is on. */
import { plainText } from "./ansi";

/** Lines `from`…`to` (both folded in), shown as one row that reads like the last of them. */
export interface Fold {
  from: number;
  to: number;
  look: string;
}

const FEWEST = 4;
const PROGRESS = /\d+\s?%\s*\||\d+\/\d+\s*\[|\d+\s?%(\s|$)/;

/** What makes two lines the same: their text; for progress bars their text without numbers and bars. */
export function lineLook(text: string): string {
  const plain = plainText(text).trim();
  if (!plain) return "";
  if (!PROGRESS.test(plain)) return plain;
  return `~${plain
    .slice(0, 60)
    .replace(/\d+/g, "#")
    .replace(/[█▏▎▍▌▋▊▉#=>.\-\s|?]+/g, " ")
    .slice(0, 24)}`;
}

/** Find runs of like lines among lines that follow each other, the first of which is line `start`. */
export function findFolds(texts: readonly string[], start: number): Fold[] {
  const folds: Fold[] = [];
  let from = 0;
  for (let index = 1; index <= texts.length; index += 1) {
    const look = lineLook(texts[from] ?? "");
    if (index < texts.length && look && lineLook(texts[index] ?? "") === look) continue;
    if (look && index - from >= FEWEST) folds.push({ from: start + from, to: start + index - 1, look });
    from = index;
  }
  return folds;
}

/** Maps lines to rows while folds come and go. Rows and lines count from zero. */
export class RowMap {
  private folds: Fold[] = [];
  private readonly opened = new Set<number>();

  /** Know the folds of a stretch of lines, in place of what was known there. */
  learn(folds: readonly Fold[], from: number, to: number): void {
    const others = this.folds.filter((fold) => fold.to < from || fold.from > to);
    this.folds = [...others, ...folds].sort((a, b) => a.from - b.from);
  }

  /** Open a fold, so that its lines are rows again. */
  open(fold: Fold): void {
    this.opened.add(fold.from);
  }

  clear(): void {
    this.folds = [];
    this.opened.clear();
  }

  rowCount(lines: number): number {
    return lines - this.closed().reduce((sum, fold) => sum + Math.max(Math.min(fold.to, lines - 1) - fold.from, 0), 0);
  }

  /** The line that a row shows; of a fold, its first line. */
  lineOf(row: number): number {
    let line = row;
    for (const fold of this.closed()) {
      if (fold.from >= line) break;
      line += fold.to - fold.from;
    }
    return line;
  }

  rowOf(line: number): number {
    let hidden = 0;
    for (const fold of this.closed()) {
      if (fold.from >= line) break;
      hidden += Math.min(line, fold.to) - fold.from;
    }
    return line - hidden;
  }

  /** The closed fold that begins at or contains a line. */
  foldAt(line: number): Fold | null {
    return this.closed().find((fold) => fold.from <= line && line <= fold.to) ?? null;
  }

  private closed(): Fold[] {
    return this.folds.filter((fold) => !this.opened.has(fold.from));
  }
}
