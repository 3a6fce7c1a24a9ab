// A mistake of a person gets one line with the fix, and a non-zero exit.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explainError } from "../../lib/cli/explain-error.ts";
import { UserError } from "../../lib/user-error.ts";
import { run } from "./live.ts";

const NOBODY = "http://127.0.0.1:9"; // the discard port: nothing listens there
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetwarden-errors-"));
  await writeFile(join(folder, "bad.csv"), "cpu,label\n1,0\nx,1\n");
  await writeFile(join(folder, "good.csv"), "cpu\n1\n2\n");
  await writeFile(join(folder, "bad.ndjson"), '{"host":"a","metrics":{"cpu":1}}\n{"host":"a"}\n');
});

afterAll(() => rm(folder, { recursive: true }));

test.each([
  [
    "no twin",
    ["status", "--endpoint", NOBODY],
    /^fleetwarden: nobody answers at 127\.0\.0\.1:9: start the twin with `fleetwarden up`/,
  ],
  ["no twin to refit", ["refit", "--endpoint", NOBODY], /^fleetwarden: nobody answers at 127\.0\.0\.1:9/],
  [
    "two targets",
    ["status", "--stack", "a", "--endpoint", NOBODY],
    /^fleetwarden: --stack and --endpoint exclude each other/,
  ],
  ["a bad number", ["fit", "--train", "good.csv", "--validation", "bad.csv"], /^fleetwarden: .*bad\.csv, line 3.*cpu/],
  ["no such file", ["fit", "--train", "none.csv", "--validation", "bad.csv"], /^fleetwarden: .*none\.csv/],
  [
    "a line without metrics",
    ["send", "bad.ndjson", "--endpoint", NOBODY],
    /^fleetwarden: .*bad\.ndjson, line 2: no metrics/,
  ],
  ["an unknown verdict", ["label", "K7Q2RT", "maybe"], /'maybe' is invalid.*fault, false/],
  ["a duration without a unit", ["incidents", "--since", "7"], /Use a number with a unit/],
  ["a port that is none", ["up", "--port", "70000"], /Use a number from 0 to 65535/],
  ["mail to nobody", ["up", "--smtp", "smtp://localhost"], /--smtp needs --email/],
  ["an unknown command", ["fitt"], /unknown command 'fitt'/],
])("%s", async (_, words, expected) => {
  const inFolder = words.map((word) => (/\.(csv|ndjson)$/.test(word) ? join(folder, word) : word));
  const { code, out, err } = await run(...inFolder);
  expect(code).not.toBe(0);
  expect(out).toBe("");
  expect(err).toMatch(expected);
  expect(err).not.toMatch(/\n\s+at /);
});

test("a missing region and missing credentials are named, with the fix", () => {
  expect(explainError(new Error("Region is missing"))).toMatch(/set AWS_REGION/);
  const credentials = Object.assign(new Error("Could not load credentials\nfrom any providers"), {
    name: "CredentialsProviderError",
  });
  expect(explainError(new Error("cannot list", { cause: credentials }))).toMatch(
    /^no AWS credentials: run `aws configure`.*\(Could not load credentials from any providers\)$/,
  );
});

test("an error that names its own fix keeps it: an agent has no --profile", () => {
  const cause = Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" });
  const words = 'cannot write to stream "fleetwarden" in eu-west-1: give the host a role';
  expect(explainError(new UserError(words, { cause }))).toBe(words);
});
