// People paste the commands of a message into a shell, with the names that senders gave.
import { spawnSync } from "node:child_process";
import { render } from "../../lib/notify/render.ts";
import { changed, IN_AWS, opened } from "./example.ts";

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
