import { describe, expect, it } from "vitest";
import { pieces, plainText } from "./ansi";

const ESC = "\u001b";

describe("terminal colours", () => {
  it("become classes, and end where they end", () => {
    expect(pieces(`a ${ESC}[1;31mred${ESC}[0m b`)).toEqual([
      { text: "a ", look: "" },
      { text: "red", look: "ansi-red ansi-bold" },
      { text: " b", look: "" },
    ]);
  });
  it("of 256 keep the first sixteen, of 16 million none", () => {
    expect(pieces(`${ESC}[38;5;2mgreen${ESC}[38;2;1;2;3mplain`)).toEqual([
      { text: "green", look: "ansi-green" },
      { text: "plain", look: "ansi-green" },
    ]);
  });
  it("leave markup as the text it is", () => {
    expect(pieces("<script>alert(1)</script>")).toEqual([{ text: "<script>alert(1)</script>", look: "" }]);
  });
});

describe("what else a terminal obeys", () => {
  it("is dropped: cursor moves, titles, links, bells", () => {
    expect(plainText(`${ESC}[2Ka${ESC}]0;title\u0007b${ESC}]8;;http://x${ESC}\\c\u0007${ESC}[?25h`)).toBe("abc");
  });
  it("starts the line over at a carriage return", () => {
    expect(plainText("10 %\r50 %\r100 %\r")).toBe("100 %");
  });
  it("never loses text to an escape that does not end", () => {
    expect(plainText(`a${ESC}[31`)).toBe("a[31");
  });
});
