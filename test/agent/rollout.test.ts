// The snippets of docs/rollout.md are well formed. The tests need python3 with yaml, and systemd-analyze, or they skip.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { agentCommand } from "../../lib/cli/agent.ts";
import { optionsIn, readPackaged, runProgram, testUnit } from "../packaged.ts";

const page = readFileSync(join(__dirname, "../../docs/rollout.md"), "utf8");
const unitText = readPackaged("systemd/fleetwarden-agent.service");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text = ""]) => text);

const canParseYaml = runProgram("python3", ["-c", "import yaml"]).status === 0;

const known = new Set(agentCommand().options.map(({ long }) => long));

(canParseYaml ? test : test.skip)(
  "every block of YAML is one document with names (skipped without python3-yaml)",
  () => {
    const parsed = blocks("yaml").map((text) => {
      const { stdout, stderr } = runProgram(
        "python3",
        ["-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"],
        text,
      );
      if (stderr) throw new Error(stderr);
      return JSON.parse(stdout);
    });
    expect(
      parsed.map((one) =>
        Object.keys(one[0] ?? one)
          .sort()
          .join(),
      ),
    ).toEqual([
      "become,handlers,hosts,name,tasks,vars",
      "packages,runcmd,write_files",
      "apiVersion,kind,metadata,spec",
    ]);
    const [[play], , daemon] = parsed;
    const handlers = play.handlers.map(({ name }: { name: string }) => name);
    for (const { notify } of play.tasks) if (notify) expect(handlers).toContain(notify);
    const [{ args, volumeMounts }] = daemon.spec.template.spec.containers;
    expect(args.slice(0, 2)).toEqual(["--root", "/host"]);
    expect(volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual(["/host", "/spool"]);
    expect(optionsIn(JSON.stringify(args)).filter((option) => !known.has(option))).toEqual([]);
  },
);

test("the policy is JSON and allows exactly what `agent` and `send` call", () => {
  const [policy] = blocks("json").map((text) => JSON.parse(text));
  expect(policy.Statement[0].Action).toEqual(["kinesis:PutRecord", "kinesis:PutRecords"]);
});

testUnit("fleetwarden-agent.service");

test("unit and image start the agent with options that it has", () => {
  const [, command = ""] = /^ExecStart=.* fleetwarden agent (.*)$/m.exec(unitText) ?? [];
  const [image = ""] = blocks("dockerfile");
  const [, entry = ""] = /^ENTRYPOINT (.*)$/m.exec(image) ?? [];
  expect([optionsIn(` ${command}`), optionsIn(entry)]).toEqual([["--stream", "--group", "--spool"], ["--spool"]]);
  expect([...optionsIn(` ${command}`), ...optionsIn(entry)].filter((option) => !known.has(option))).toEqual([]);
});

test("the unit leaves out what would hide the machine from the agent", () => {
  const settings = unitText.split("\n").filter((line) => /^[A-Z]/.test(line));
  expect(
    settings.filter((line) => /^(ProtectProc|ProcSubset|ProtectHostname|MemoryDenyWriteExecute)=/.test(line)),
  ).toEqual([]);
  expect(settings).toEqual(expect.arrayContaining(["DynamicUser=yes", "ProtectSystem=strict", "Restart=always"]));
});

test("the page names every variable that the unit reads", () => {
  const read = [...unitText.matchAll(/\$\{?([A-Z_]+)/g)].map(([, name]) => name);
  for (const name of [...read, "AWS_REGION"]) expect(page).toContain(`| \`${name}\` |`);
});
