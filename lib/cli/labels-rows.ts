import type { Command } from "commander";
import { LABELLED_ROWS_MAX, LABELLED_VALUES_MAX, type LabelledRows } from "../learn/labelled-rows.ts";
import { moment } from "../notify/time.ts";
import { readCsv } from "../rows/read-csv.ts";
import type { Stores } from "../store/stores.ts";
import { UserError } from "../user-error.ts";
import { hostOwner } from "../watch/baseline.ts";
import { byOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { nearest } from "./did-you-mean.ts";
import { knownHost } from "./selection.ts";

interface Options {
  readonly remove?: boolean;
  readonly by: string;
}

export function labelsRowsCommand(): Command {
  return targetCommand("rows")
    .description(
      "Show, set or remove labelled rows, by which the refits of a host choose epsilon, as `fit --validation` does.",
    )
    .argument("<host>", "the host that they are about")
    .argument("[file]", "the host's metrics and `label`: 1 for anomalies, 0 for normal rows (CSV, gzipped or not)")
    .option("--remove", "remove the stored rows")
    .addOption(byOption())
    .addHelpText("after", "\nExample:\n  fleetwarden labels rows server-1 validation.csv.gz")
    .action(
      answer(async (stores, host: string, file: string | undefined, { remove, by }: Options) => {
        if (remove && file !== undefined) throw new UserError("--remove takes no file: leave one of them out");
        const owner = hostOwner(host);
        const { baselines } = stores;
        const [names, detector] = await judgedBy(stores, host);
        if (file !== undefined) await baselines.setRows(owner, await readRows(file, names, by, Date.now()));
        if (remove) await baselines.setRows(owner, undefined);
        const stored = await baselines.rows(owner);
        const change =
          file !== undefined || remove ? " The next refit counts that; `fleetwarden refit` runs one now." : "";
        return [{ host, rows: stored ? summaryOf(stored) : null }, `${describe(host, stored, detector)}${change}`];
      }),
    );
}

/** The metrics of a host's newest sample, and the detector that judges it. */
async function judgedBy(stores: Stores, host: string) {
  const { hosts, baselines } = stores;
  await knownHost(stores, host);
  const state = (await hosts.load([host])).get(host);
  const [schema] = state ? await baselines.names([state.schema]) : [];
  return [schema?.names ?? [], (await baselines.current(hostOwner(host)))?.detector] as const;
}

async function readRows(file: string, known: readonly string[], by: string, at: number): Promise<LabelledRows> {
  const { names, rows, labels = new Uint8Array() } = await readCsv(file, { label: "required" });
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) {
    const near = strange.flatMap((name) => nearest(name, known).slice(0, 1));
    const proposal = near.length === 0 ? "" : ` (did you mean ${near.join(", ")}?)`;
    throw new UserError(
      `${file}, line 1: the host sends no metric ${strange.join(", ")}${proposal}: remove or rename the column`,
    );
  }
  if (!labels.includes(1))
    throw new UserError(`${file}: no row has label 1: an epsilon is chosen by the anomalies it catches`);
  if (labels.length > LABELLED_ROWS_MAX || rows.length > LABELLED_VALUES_MAX)
    throw new UserError(
      `${file}: ${labels.length} rows of ${names.length} metrics: ` +
        `give at most ${LABELLED_ROWS_MAX} rows and ${LABELLED_VALUES_MAX} values`,
    );
  return { names, rows, labels, by, at };
}

function summaryOf({ names, labels, by, at }: LabelledRows) {
  return { rows: labels.length, anomalies: labels.filter((label) => label === 1).length, metrics: names, by, at };
}

const UNUSED: Readonly<Record<string, string>> = {
  bands: " Calendar bands judge a sample by its time, so they use no rows.",
  reconstruction: " A reconstruction judges a sample by those before it, so it uses no rows.",
  ensemble: " An ensemble uses no rows: its limit is the same for every host.",
};

function describe(host: string, stored: LabelledRows | undefined, detector: string | undefined): string {
  if (!stored) return `${host} has no labelled rows.`;
  const { rows, anomalies, by, at } = summaryOf(stored);
  const unused = UNUSED[detector ?? ""] ?? "";
  return `${host} has ${rows} labelled rows, ${anomalies} of them anomalies, set by ${by} on ${moment(at)}.${unused}`;
}
