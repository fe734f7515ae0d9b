import { describe, expect, it, test } from "vitest";
import cases from "../tests/core/format_cases.json";
import * as format from "./format";

/** The corpus is written with plain spaces; groups of digits are parted by thin ones. */
const thin = (text: string) => text.replaceAll(" ", format.THIN);
const now = new Date(cases.now);

describe("the corpus shared with the server", () => {
  test.each(cases.number as [format.Value, string][])("number(%s) reads %s", (value, text) => {
    expect(format.number(value)).toBe(thin(text));
  });
  test.each(cases.decimals as [[number, number], string][])("number(%s) reads %s", ([value, decimals], text) => {
    expect(format.number(value, decimals)).toBe(thin(text));
  });
  test.each(cases.shared_decimals as [format.Value[], number][])("%s share %d decimals", (values, decimals) => {
    expect(format.sharedDecimals(values)).toBe(decimals);
  });
  test.each(cases.count as [number | null, string][])("count(%s) reads %s", (value, text) => {
    expect(format.count(value)).toBe(thin(text));
  });
  test.each(cases.size as [number | null, string][])("bytes(%s) reads %s", (value, text) => {
    expect(format.bytes(value)).toBe(text);
  });
  test.each(cases.duration as [number | null, string][])("duration(%s) reads %s", (seconds, text) => {
    expect(format.duration(seconds)).toBe(text);
  });
  test.each(cases.when as [string, string][])("when(%s) reads %s", (moment, text) => {
    expect(format.when(new Date(moment), now, "UTC")).toBe(text);
  });
  test.each(cases.ago as [string, string][])("ago(%s) reads %s", (moment, text) => {
    expect(format.ago(new Date(moment), now, "UTC")).toBe(text);
  });
  test.each(cases.exact as [string, string][])("exact(%s) reads %s", (moment, text) => {
    expect(format.exact(new Date(moment), "UTC")).toBe(text);
  });
});

describe("labels of an axis", () => {
  test.each([
    [0, 10, "0"],
    [30_000, 30_000, "30k"],
    [120_000, 30_000, "120k"],
    [2500, 500, "2500"],
    [12_500, 2500, "12.5k"],
    [1_500_000, 500_000, "1.5M"],
    [0.5, 0.5, "0.5"],
    [0.25, 0.05, "0.25"],
    [-20, 10, "−20"],
    [0.0003, 0.0001, "3e-4"],
    [0.00025, 0.00005, "2.5e-4"],
    [2e20, 1e20, "2e20"],
  ])("%d in steps of %d reads %s", (value, step, text) => {
    expect(format.tick(value, step)).toBe(text);
  });
});

it("keeps minutes of a zone that is not the reader's", () => {
  expect(format.when(new Date("2026-11-20T12:00:00Z"), now, "Asia/Kolkata")).toBe("17:30");
});
