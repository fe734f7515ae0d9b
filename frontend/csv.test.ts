import { expect, it } from "vitest";
import { csvField } from "./csv";

it("quotes what needs it", () => {
  expect(["plain", 'say "x"', "a,b", "two\nlines", ""].map(csvField)).toEqual([
    "plain",
    '"say ""x"""',
    '"a,b"',
    '"two\nlines"',
    "",
  ]);
});

it("gives a spreadsheet no formula", () => {
  expect(['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"].map(csvField)).toEqual([
    `"'=HYPERLINK(""http://x"",""y"")"`,
    "'+1",
    "'-1",
    "'@SUM(A1)",
    "'\t=1",
    `"'\r=1"`,
    `"'\n=1"`,
  ]);
  expect(csvField("a=b")).toBe("a=b");
});
