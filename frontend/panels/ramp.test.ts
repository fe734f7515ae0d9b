import { expect, it } from "vitest";
import { placeOf, rampColour } from "./ramp";

it("places values between least and most", () => {
  expect(placeOf(5, [0, 10])).toBe(0.5);
  expect(placeOf(10, [1, 100], true)).toBeCloseTo(0.5);
  expect(placeOf(-5, [0, 10])).toBe(0);
  expect(placeOf(3, [3, 3])).toBe(0.5);
});

it("mixes the colours of a chosen gradient", () => {
  const stops = [
    { at: 0, colour: "#000000" },
    { at: 0.5, colour: "#ff0000" },
    { at: 1, colour: "#ffffff" },
  ];
  expect(rampColour(0, stops)).toBe("rgb(0, 0, 0)");
  expect(rampColour(0.25, stops)).toBe("rgb(128, 0, 0)");
  expect(rampColour(1, stops)).toBe("rgb(255, 255, 255)");
});

it("holds the ends of a gradient that does not reach them", () => {
  const stops = [{ at: 0.4, colour: "#102030" }];
  expect(rampColour(0, stops)).toBe("rgb(16, 32, 48)");
  expect(rampColour(1, stops)).toBe("rgb(16, 32, 48)");
});
