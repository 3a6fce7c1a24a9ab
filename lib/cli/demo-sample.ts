import { Command } from "commander";
import { SERVER_LOAD } from "../demo/server-load.ts";
import { columns, type Row } from "../table/columns.ts";
import { tableChunks } from "../table/write.ts";
import { HOUR_MS } from "../time.ts";
import { formatOf, writeOut } from "./write-out.ts";

const START = Date.UTC(2025, 2, 1);
const COLUMNS = [...columns("time", "timestamp"), ...columns("number", "server_load_percent")];

export function demoSampleCommand(): Command {
  return new Command("sample")
    .description(
      "Write a small file to try commands on: a hundred hourly loads of a server, with a spike, a dip and an extreme.",
    )
    .option(
      "-o, --output <file>",
      "the file to write, as .csv, .json, .ndjson or .xlsx (default: CSV to standard output)",
    )
    .addHelpText("after", "\nExample:\n  fleetwarden demo sample -o load.csv")
    .action(async ({ output }: { readonly output?: string }) => {
      await writeOut(output, tableChunks(formatOf(output), COLUMNS, sampleRows()));
    });
}

async function* sampleRows(): AsyncGenerator<Row> {
  for (const [hour, load] of SERVER_LOAD.entries()) yield [START + hour * HOUR_MS, load];
}
