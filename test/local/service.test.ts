// The unit and the container file that run the whole of Fleetwarden as a service.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deliveryOf } from "../../lib/cli/delivery.ts";
import { upCommand } from "../../lib/cli/up.ts";
import { optionsIn, readPackaged, testUnit } from "../packaged.ts";

const unit = readPackaged("systemd/fleetwarden-up.service");
const image = readPackaged("Containerfile");
const known = new Set(upCommand().options.map(({ long }) => long));

testUnit("fleetwarden-up.service");

test("unit and container file start the twin with options that it has", () => {
  const [, command = ""] = /^ExecStart=.* fleetwarden up (.*)$/m.exec(unit) ?? [];
  const [, entry = "[]"] = /^ENTRYPOINT (.*)$/m.exec(image) ?? [];
  expect(JSON.parse(entry).slice(0, 2)).toEqual(["fleetwarden", "up"]);
  const used = [...optionsIn(` ${command}`), ...optionsIn(entry)];
  expect(used).toEqual(["--data-dir", "--data-dir", "--no-agent", "--listen"]);
  expect(used.filter((option) => !known.has(option))).toEqual([]);
});

test("the two units keep their files in folders of their own", () => {
  const folderIn = (text: string) => /^StateDirectory=(.*)$/m.exec(text)?.[1];
  expect(folderIn(unit)).toBe("fleetwarden-up");
  expect(folderIn(readPackaged("systemd/fleetwarden-agent.service"))).toBe("fleetwarden");
});

test("the page shows options that the twin has, and with which it starts", () => {
  const page = readFileSync(join(__dirname, "../../docs/local-twin.md"), "utf8");
  const [, section = ""] = page.split("## As a service");
  const [, options = ""] = /^OPTIONS=(.*)$/m.exec(section) ?? [];
  expect(optionsIn(` ${options}`)).toEqual(["--listen", "--smtp", "--email"]);
  expect(optionsIn(` ${options}`).filter((option) => !known.has(option))).toEqual([]);
  const up = upCommand();
  up.parseOptions(options.split(" "));
  const nobody = { emails: [], phones: [], opsEmails: undefined, webhooks: [] };
  expect(deliveryOf(up.opts(), nobody).smtp?.to).toEqual(["oncall@example.com"]);
});
