import { expect, it } from "vitest";
import { toCsv } from "./words";
import { readColumns } from "../api";

it("writes CSV with keys that have commas and with gaps", () => {
  const { series } = readColumns({ series: [{ key: "a,b", x: [0, 1], y: [1, "NaN"], min: [0.5, 1], max: [2, 2] }] });
  expect(toCsv(series)).toBe('key,step,value,min,max\n"a,b",0,1,0.5,2\n"a,b",1,NaN,1,2\n');
});
