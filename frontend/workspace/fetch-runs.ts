/** Asks the server for the rows of a run list: the same that panels draw, marked as they mark them. */
import { sendJson } from "../api";
import type { Value } from "../format";
import type { Answer, Ask, GroupRow, RunRow } from "./runs";

interface RawMark {
  id: string;
  label: string;
  slot: number;
  dash: number;
  run: string | null;
  address: string | null;
  state: string | null;
  run_count: number;
}

interface RawRun {
  mark: RawMark;
  name: string;
  value: Value;
}

interface RawGroup {
  mark: RawMark;
  values: string[];
  value: Value;
  is_shown: boolean;
}

export interface RawList {
  runs: RawRun[];
  groups: RawGroup[];
  pinned: RawRun[];
  total: number;
  run_count: number;
  all_count: number;
}

/** Return what asks at an address. */
export function runsFrom(src: string): Ask {
  return async ({ runSet, value, offset, limit, within }, signal): Promise<Answer> => {
    const body = {
      run_set: { ...runSet, runFeed: undefined },
      key: value?.key ?? "",
      fact: value?.kind ?? "last",
      offset,
      limit,
      within,
    };
    return readList((await sendJson("POST", src, body, signal)) as RawList);
  };
}

export function readList(raw: RawList): Answer {
  return {
    runs: raw.runs.map(readRun),
    groups: raw.groups.map(readGroup),
    pinned: raw.pinned.map(readRun),
    total: raw.total,
    runCount: raw.run_count,
    allCount: raw.all_count,
  };
}

function readRun({ mark, name, value }: RawRun): RunRow {
  const { id, label, slot, dash, run, address, state } = mark;
  return { id, uid: run ?? "", name, label, slot, dash, address: address ?? "", state: state ?? "", value };
}

function readGroup({ mark, values, value, is_shown }: RawGroup): GroupRow {
  const { id, label, slot, dash, run_count } = mark;
  return { id, values, label, count: run_count, slot, dash, value, isShown: is_shown };
}
