import { describe, expect, it } from "vitest";
import { ROW, rowAt, scrollTopOf, sheetHeight, topOf, visibleRows } from "./sheet";

describe("a log that fits", () => {
  const sheet = { rows: 1000, pane: 600 };

  it("has its rows one below the other", () => {
    expect(sheetHeight(sheet)).toBe(20_000);
    expect(rowAt(199, sheet)).toBe(9);
    expect(scrollTopOf(9, sheet)).toBe(180);
    expect(topOf({ from: 5, to: 40, first: 9 }, 199, sheet)).toBe(100);
  });
});

describe("a log of five million lines", () => {
  const sheet = { rows: 5_000_000, pane: 600 };
  const end = sheetHeight(sheet) - sheet.pane;

  it("stays within what browsers can scroll", () => {
    expect(sheetHeight(sheet)).toBeLessThan(16_000_000);
  });
  it("shows its first and its last line at the ends of the scrollbar", () => {
    expect(rowAt(0, sheet)).toBe(0);
    expect(rowAt(end, sheet) + visibleRows(sheet)).toBe(sheet.rows);
  });
  it("draws the first visible row at the top of the pane", () => {
    for (const row of [1, 12_345, 4_000_000]) {
      const scrollTop = scrollTopOf(row, sheet);
      expect(rowAt(scrollTop, sheet)).toBe(row);
      expect(topOf({ from: row, to: row + 30, first: row }, scrollTop, sheet)).toBe(scrollTop);
      expect(topOf({ from: row - 1, to: row + 30, first: row }, scrollTop, sheet)).toBe(scrollTop - ROW);
    }
  });
  it("ends with its last row, also where the pane has room below", () => {
    const first = rowAt(end + 64, sheet);
    const top = topOf({ from: first - 30, to: sheet.rows, first }, end + 64, sheet);
    expect(top + (sheet.rows - first + 30) * ROW).toBe(sheetHeight(sheet));
  });
});
