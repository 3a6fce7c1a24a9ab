import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type BuildOptions, build } from "esbuild";
import { localEnvironment } from "../lib/local/names.ts";
import type { Benchmark } from "./benchmark.ts";
import { ratioOf, type Side } from "./measure.ts";

const root = resolve(import.meta.dirname, "..");

/** As the stack bundles its functions (cdk/functions.ts), for the Node that runs this. */
const SETTINGS: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "esm",
  mainFields: ["module", "main"],
  minify: true,
  banner: {
    js: 'import { createRequire as createRequire_ } from "node:module"; const require = createRequire_(import.meta.url);',
  },
};

/** Bundles a source file of the project into `folder` and returns where it is. */
export async function bundleFile(source: string, folder: string): Promise<string> {
  const outfile = join(folder, `${source.replaceAll(/\W/g, "-")}.mjs`);
  await build({ ...SETTINGS, entryPoints: [source], outfile });
  return outfile;
}

const ROUNDS = 15;
const BARE_CLIENT =
  'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; export const client = new DynamoDBClient({});';

/**
 * The work of a cold start before the first record, compared with the work for the one client that every such function
 * needs.
 */
export async function startBenchmarks(folder: string): Promise<Benchmark[]> {
  const score = await bundleFile("functions/score.ts", folder);
  const bare = join(folder, "bare-client.mjs");
  await build({ ...SETTINGS, stdin: { contents: BARE_CLIENT, resolveDir: root }, outfile: bare });
  const { size } = await stat(score);
  return [
    {
      id: "C1",
      what: "loading the bundle of score",
      against: "a bundled DynamoDB client alone",
      target: { atMost: 1.2 },
      required: false,
      run: () => ratioOf(loading(score), loading(bare), ROUNDS),
    },
    {
      id: "C2",
      what: `size of that bundle: ${(size / 1000).toFixed(0)} kB`,
      against: "400 kB",
      target: { atMost: 1 },
      required: false,
      run: () => ({ median: size / 400_000 }),
    },
  ];
}

const MEASURE_IMPORT =
  "const before = process.cpuUsage(); await import(process.argv[1]); const { user, system } = process.cpuUsage(before); console.log((user + system) / 1e6);";

/** Loading creates clients and calls nothing. */
const ENVIRONMENT = localEnvironment("http://127.0.0.1:1");

/** A new process each time. */
function loading(bundle: string): Side {
  const args = ["--input-type=module", "--eval", MEASURE_IMPORT, pathToFileURL(bundle).href];
  return async () => {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...ENVIRONMENT } });
    return Number(stdout);
  };
}
