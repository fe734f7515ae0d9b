import { expect, it } from "vitest";
import { zoomed } from "./zoom";

it("zooms about the middle, stops at the ends of what there is, and says when all of it is shown", () => {
  expect(zoomed([0, 100], [0, 100], 0.5)).toEqual([25, 75]);
  expect(zoomed([0, 50], [0, 100], 2)).toEqual([0, 75]);
  expect(zoomed([25, 75], [0, 100], 2)).toBeNull();
  expect(zoomed([0, 100], [0, 100], 2)).toBeNull();
});
