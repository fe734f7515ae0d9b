/** What a dry run of a move tells (`…/runs.move` with `dry_run`). */
import { some } from "./chosen";

export interface MovePlan {
  run_count: number;
  metric_count: number;
  file_count: number;
  file_bytes: number;
  running_count: number;
  held_count: number;
  conflict_count: number;
  conflicts: { uid: string; name: string; display_name: string; free_name: string }[];
  gaining_count: number;
  losing_count: number;
  becomes_public: boolean;
  was_public: boolean;
  changes_team: boolean;
}

/** Say who will see the runs that did not, and who will not any more, each with its icon. */
export function inhabitants(plan: MovePlan): [string, string][] {
  if (plan.becomes_public) return [["globe", "Everybody who reaches this server will see them."]];
  const said: [string, string][] = [];
  if (plan.was_public) said.push(["lock", "They will not be public any more."]);
  if (plan.gaining_count)
    said.push(["users", `${some(plan.gaining_count, "person", "people")} will see them who cannot now.`]);
  if (plan.losing_count)
    said.push(["lock", `${some(plan.losing_count, "person", "people")} will not see them any more.`]);
  return said.length ? said : [["users", "The same people will see them."]];
}
