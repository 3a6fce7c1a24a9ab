import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptedKinesis, until, wireRecord } from "../agent/kinesis.ts";
import { bin, start } from "./process.ts";

/** Becomes a user that is only a number, as in many containers, and has no home. */
const HOMELESS = ["--reuid=54321", "--clear-groups", "env", "-u", "HOME"];
/** Only root can, and the clone must be readable for others. */
const canBeHomeless = spawnSync("setpriv", [...HOMELESS, process.execPath, bin, "--version"]).status === 0;

(canBeHomeless ? test : test.skip)(
  "an agent of a user without a home spools in a private temporary folder, sends, and says goodbye (needs root)",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "fleetwarden-homeless-"));
    chmodSync(folder, 0o777);
    const records: Buffer[] = [];
    const server = await scriptedKinesis((_, { Data }) => {
      records.push(Buffer.from(Data, "base64"));
      return { status: 200, body: { ShardId: "shardId-000000000000", SequenceNumber: String(records.length) } };
    });
    const options = ["--endpoint", server.env.AWS_ENDPOINT_URL, "--host", "web-1", "--interval", "1s", "--flush", "2s"];
    const [user = "", ...rest] = HOMELESS;
    const words = [...rest, process.execPath, bin, "agent", ...options];
    let isOver = false;
    const agent = start(words, { TMPDIR: folder }, ["setpriv", user]);
    try {
      await Promise.race([until(() => isOver || records.length > 1), agent.exited]);
      const { code, err } = await agent.stop("SIGTERM");
      expect([code, err.split("\n").filter((line) => line.startsWith("no home"))]).toEqual([
        0,
        [expect.stringContaining(`records wait in ${join(folder, "fleetwarden-54321", "spool")}`)],
      ]);
      expect(wireRecord(records.at(-1)!)).toMatchObject({ host: "web-1", bye: true });
    } finally {
      isOver = true;
      await server.close();
      rmSync(folder, { recursive: true });
    }
  },
);
