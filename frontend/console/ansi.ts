/** Terminal colours as classes: `ESC[31m` becomes a span with `ansi-red`; whatever else a terminal obeys is dropped. */

export interface Piece {
  text: string;
  /** Class names, or empty. */
  look: string;
}

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
// Control sequences (CSI), titles and links (OSC, ended by BEL or ST), and two-character escapes.
const ESCAPES = /\u001b\[([0-9;:?]*)([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g; // eslint-disable-line no-control-regex
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f]/g; // eslint-disable-line no-control-regex

interface Pen {
  colour: string;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}

/** Cut a line into pieces of one look. A carriage return starts the line over, as a terminal does. */
export function pieces(line: string): Piece[] {
  const text = overwritten(line);
  if (!text.includes("\u001b")) return [{ text: text.replace(UNPRINTABLE, ""), look: "" }];
  const found: Piece[] = [];
  let pen = blank();
  let from = 0;
  const push = (part: string) => {
    const clean = part.replace(UNPRINTABLE, "");
    if (clean) found.push({ text: clean, look: look(pen) });
  };
  for (const match of text.matchAll(ESCAPES)) {
    push(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") pen = dip(pen, match[1] ?? "");
  }
  push(text.slice(from));
  return found;
}

/** The line without any escapes, for searching and folding. */
export function plainText(line: string): string {
  return overwritten(line).replace(ESCAPES, "").replace(UNPRINTABLE, "");
}

function overwritten(line: string): string {
  const whole = line.replace(/\r+$/, "");
  const start = whole.lastIndexOf("\r");
  return start < 0 ? whole : whole.slice(start + 1);
}

function blank(): Pen {
  return { colour: "", bold: false, dim: false, italic: false, underline: false };
}

function dip(pen: Pen, codes: string): Pen {
  const next = { ...pen };
  const numbers = codes.split(/[;:]/).map(Number);
  for (let index = 0; index < numbers.length; index += 1) {
    const code = numbers[index] ?? 0;
    if (code === 0) Object.assign(next, blank());
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) next.bold = next.dim = false;
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code >= 30 && code <= 37) next.colour = COLOURS[code - 30] ?? "";
    else if (code >= 90 && code <= 97) next.colour = COLOURS[code - 90] ?? "";
    else if (code === 39) next.colour = "";
    else if (code === 38 || code === 48) {
      const simple = numbers[index + 1] === 5;
      const value = numbers[index + 2] ?? 0;
      if (simple && code === 38) next.colour = value < 16 ? (COLOURS[value % 8] ?? "") : "";
      index += simple ? 2 : 4;
    }
  }
  return next;
}

function look(pen: Pen): string {
  return [
    pen.colour && `ansi-${pen.colour}`,
    pen.bold && "ansi-bold",
    pen.dim && "ansi-dim",
    pen.italic && "ansi-italic",
    pen.underline && "ansi-underline",
  ]
    .filter(Boolean)
    .join(" ");
}
