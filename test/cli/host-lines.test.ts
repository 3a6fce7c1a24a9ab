import { createHostLines } from "../../lib/cli/host-lines.ts";
import { aState } from "../contract/examples.ts";

const folded = (host: string, seen: number) => ({
  state: aState(host, { seen }),
  parts: [],
  incidents: [],
  notices: [],
});

test("each host that was scored has one line, with its newest state, and only once", async () => {
  const said: string[] = [];
  const lines = createHostLines((line) => said.push(line));
  lines.take([folded("web-07", 16), folded("web-08", 3)]);
  lines.take([folded("web-07", 17)]);
  const ended = Promise.resolve();
  await lines.printUntil(ended);
  await lines.printUntil(ended);
  expect(said.map((line) => line.replace(/^\S+ +/, ""))).toEqual(["web-07  learning 17/60", "web-08  learning 3/60"]);
});

test("twelve hosts have ten lines, and one that counts the other two", async () => {
  const said: string[] = [];
  const lines = createHostLines((line) => said.push(line));
  lines.take(Array.from({ length: 12 }, (_, n) => folded(`web-${n}`, n + 1)));
  await lines.printUntil(Promise.resolve());
  expect(said).toHaveLength(11);
  expect(said.at(-1)).toMatch(/^\S+ {2}and 2 more: `fleetwarden status`$/);
});
