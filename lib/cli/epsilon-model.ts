import type { Command } from "commander";
import { activeEntry, namesOf } from "../learn/report.ts";
import { textTable } from "../text-table.ts";
import { UserError } from "../user-error.ts";
import { type Baseline, detectorOf } from "../watch/baseline.ts";
import { tellerOf } from "../watch/causes.ts";
import { unchangedIn, unchangedText } from "../watch/unchanged.ts";
import { answer, targetCommand } from "./connect.ts";
import { describeEnsemble } from "./epsilon-words.ts";
import { ownerIn } from "./selection.ts";

export function modelCommand(): Command {
  return targetCommand("model")
    .description("Show what the baseline in force has learnt of each metric: mean and variance, or the usual range.")
    .argument("<host>", "a host, or group#NAME")
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon model web-07")
    .action(
      answer(async (stores, host: string) => {
        const { baselines } = stores;
        const owner = await ownerIn(stores, host);
        const baseline = (await activeEntry(baselines, owner))?.baseline;
        if (!baseline)
          throw new UserError(`${host} has no baseline of its own yet: \`fleetwarden status\` shows how far it is`);
        const { version, epsilon, model } = baseline;
        const metrics = learntOf(baseline);
        const named = namesOf(model);
        const head = `${owner} v${version}, ${detectorOf(baseline)}, epsilon ${short(epsilon)}`;
        const each = named.ensemble ? [`${describeEnsemble(named.ensemble)}.`] : [];
        const constant = unchangedIn(baseline);
        const shown = [head, ...each, table(metrics), ...unchangedText(constant, "at its usual times")].join("\n");
        return [{ owner, version, ...named, epsilon, metrics, ...(constant.length > 0 ? { constant } : {}) }, shown];
      }),
    );
}

type Learnt = Readonly<Record<string, string | number>>;

/**
 * Calendar bands have a range at each quarter of an hour; this is the one of all of them. In an ensemble it is
 * the range of the member whose usual values people see.
 */
function learntOf({ model: whole, schema }: Baseline): readonly Learnt[] {
  const model = tellerOf(whole);
  return schema.names.map((metric, j) => {
    if (model.detector === "bands") {
      const { low, middle, high } = model.typical;
      return { metric, low: low[j] ?? Number.NaN, middle: middle[j] ?? Number.NaN, high: high[j] ?? Number.NaN };
    }
    const sd = model.sd[j] ?? Number.NaN;
    return { metric, mean: model.mean[j] ?? Number.NaN, variance: sd * sd, deviation: sd };
  });
}

function table(metrics: readonly Learnt[]): string {
  const head = Object.keys(metrics[0] ?? {});
  const cell = (value: string | number) => (typeof value === "string" ? value : short(value));
  const rows = metrics.map((one) => Object.values(one).map(cell));
  return textTable(head, rows, { alignValues: "right" });
}

const DIGITS = 7;

function short(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}
