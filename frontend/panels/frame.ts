/** Reads columns in binary (docs/panels.md): one JSON head, then arrays as they lie in memory. */

const MAGIC = "CARNET1\n";
const HEAD_AT = MAGIC.length + 4;
const ALIGN = 8;

interface Told {
  type: "u1" | "u2" | "u4" | "f4" | "f8";
  at: number;
  length: number;
  /** Of integers that do not fall: the first value; the array holds the differences after it. */
  first?: number;
}

/** Return the tree of a frame, its arrays as Float64Array. Throws for anything that is no frame. */
export function readFrame(buffer: ArrayBuffer): unknown {
  const bytes = new Uint8Array(buffer);
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw new Error("This is no frame of columns.");
  const length = new DataView(buffer).getUint32(MAGIC.length, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(HEAD_AT, HEAD_AT + length))) as {
    tree: unknown;
    $arrays: Told[];
  };
  const start = Math.ceil((HEAD_AT + length) / ALIGN) * ALIGN;
  const arrays = head.$arrays.map((told) => readArray(buffer, start + told.at, told));
  return filled(head.tree, arrays);
}

function readArray(buffer: ArrayBuffer, at: number, told: Told): Float64Array {
  const raw = view(buffer, at, told);
  if (told.first === undefined) return raw instanceof Float64Array ? raw : Float64Array.from(raw);
  const column = new Float64Array(told.length + 1);
  let value = told.first;
  column[0] = value;
  for (let index = 0; index < told.length; index += 1) {
    value += raw[index] ?? 0;
    column[index + 1] = value;
  }
  return column;
}

function view(buffer: ArrayBuffer, at: number, { type, length }: Told): ArrayLike<number> & Iterable<number> {
  if (type === "u1") return new Uint8Array(buffer, at, length);
  if (type === "u2") return new Uint16Array(buffer, at, length);
  if (type === "u4") return new Uint32Array(buffer, at, length);
  if (type === "f4") return new Float32Array(buffer, at, length);
  return new Float64Array(buffer, at, length);
}

function filled(value: unknown, arrays: readonly Float64Array[]): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, arrays));
  if (typeof value !== "object" || value === null) return value;
  const place = (value as { $?: unknown }).$;
  if (typeof place === "number") return arrays[place];
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, arrays)]));
}
