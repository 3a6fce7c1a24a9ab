import { type Command, InvalidArgumentError, Option } from "commander";
import { isZone } from "../alert/zone.ts";
import type { TableOptions } from "../rows/open-table.ts";

/** The options about the columns of a file. */
export interface FileOptions {
  readonly time?: string;
  readonly hostColumn?: string;
  readonly ignore?: readonly string[];
  readonly dates?: "dmy" | "mdy";
  readonly zone?: string;
}

export function withFileOptions(command: Command): Command {
  return command
    .option("--time <column>", "the column with the times (default: found by its name, or by its dates)")
    .option("--host-column <column>", "the column with the hosts (default: host, hostname, server, instance or node)")
    .option("--ignore <columns...>", "columns to leave out")
    .addOption(
      new Option("--dates <order>", "the order of day and month where the dates do not tell").choices(["dmy", "mdy"]),
    )
    .option("--zone <zone>", "the time zone of times that name none: Europe/Berlin (default: UTC)", zoneArgument);
}

export function tableOptions({ time, hostColumn, ignore, dates, zone }: FileOptions): TableOptions {
  return {
    ...(time === undefined ? {} : { time }),
    ...(hostColumn === undefined ? {} : { host: hostColumn }),
    ...(ignore === undefined ? {} : { ignored: ignore }),
    ...(dates === undefined ? {} : { dates }),
    ...(zone === undefined ? {} : { zone }),
  };
}

function zoneArgument(zone: string): string {
  if (!isZone(zone))
    throw new InvalidArgumentError("Use a name of the IANA database: Europe/Berlin, America/New_York, UTC.");
  return zone;
}
