import { homedir, hostname, tmpdir } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { startAgent } from "../agent/run.ts";
import { defaultSpoolFolder } from "../agent/spool-folder.ts";
import { ATTRIBUTES_BYTES_MAX, ATTRIBUTES_MAX, readAttributes } from "../wire/host-attributes.ts";
import { DEFAULT_GROUP, type HostAttributes } from "../wire/samples.ts";
import { durationOption } from "./arguments.ts";
import { openOutput } from "./output.ts";
import { untilSignal } from "./signals.ts";

interface Options {
  readonly stream: string;
  readonly endpoint?: string;
  readonly host?: string;
  readonly group: string;
  readonly attribute?: HostAttributes;
  readonly interval: number;
  readonly flush: number;
  readonly early: boolean;
  readonly spool?: string;
  readonly root: string;
}

export function agentCommand(): Command {
  return new Command("agent")
    .option("--stream <name>", "Kinesis stream to write to", "fleetwarden")
    .option("--endpoint <url>", "endpoint of the stream (default: AWS with the usual region and credentials)")
    .option("--host <name>", "the name of this machine (default: its host name, also when that changes)")
    .option("--group <name>", "the group of this machine", DEFAULT_GROUP)
    .option(
      "--attribute <name=value...>",
      "what people should know of this machine: region=eu-west-1",
      attributeArgument,
    )
    .addOption(durationOption("--interval <duration>", "time between two samples", "10s"))
    .addOption(durationOption("--flush <duration>", "time between two records", "60s"))
    .option("--no-early", "send at each flush only, also when values leave their usual range")
    .option("--spool <folder>", "where records wait while the stream is unavailable (default: ~/.fleetwarden/spool)")
    .option("--root <folder>", "where a container has the host's file system mounted (Linux)", "/")
    .addHelpText("after", "\nExample:\n  fleetwarden agent --stream fleetwarden --group web --interval 10s --flush 60s")
    .action(async (options: Options) => {
      const { stream, endpoint, host, group, attribute, interval, flush, early, spool, root } = options;
      const { log } = openOutput(Date.now);
      const env = { ...process.env, ...(endpoint ? { AWS_ENDPOINT_URL: endpoint } : {}) };
      const places = { home: homedir, temporary: tmpdir(), user: process.getuid?.(), log };
      const spoolDir = spool ?? defaultSpoolFolder(places);
      const name = host === undefined ? hostname : () => host;
      const machine = { host: name, group, ...(attribute ? { attributes: attribute } : {}), spoolDir, root };
      const settings = { ...machine, stream, env, intervalMs: interval, flushMs: flush, early };
      const agent = await startAgent({ ...settings, clock: Date.now, random: Math.random, log });
      log(
        `Sampling ${name()} every ${interval / 1000} s, a record every ${flush / 1000} s to ${stream}. Ctrl-C stops.`,
      );
      await Promise.race([untilSignal(), agent.done]);
      await agent.stop();
    });
}

/** Throws for one that the scorer would leave out. */
function attributeArgument(text: string, before: HostAttributes = {}): HostAttributes {
  const [, name = "", value = ""] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  const all = { ...before, [name]: value };
  const { odd } = readAttributes(all);
  if (name === "" || odd)
    throw new InvalidArgumentError(
      `Use name=value, at most ${ATTRIBUTES_MAX} of them, with ${ATTRIBUTES_BYTES_MAX} bytes as JSON together.`,
    );
  return all;
}
