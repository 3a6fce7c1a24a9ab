// One filter, and names that are not known, in every command that takes a host or a group.
import fc from "fast-check";
import { nearest } from "../../lib/cli/did-you-mean.ts";
import { fitsGlob, globsMeet } from "../../lib/watch/glob.ts";
import { allCommands } from "./help.ts";
import { smallFleet } from "./small-fleet.ts";

let fleet: Awaited<ReturnType<typeof smallFleet>>;

beforeAll(async () => {
  fleet = await smallFleet();
}, 60_000);

afterAll(() => fleet.close());

/** Each command that lists or exports, with the field of its JSON that has one entry for each thing listed. */
const LISTS: readonly (readonly [words: string, field: string])[] = [
  ["status", "hosts"],
  ["hosts list", "hosts"],
  ["incidents", "incidents"],
  ["alerts stats", "rows"],
  ["alerts fits", "fits"],
  ["silence list", "silences"],
  ["event list", "events"],
  ["labels export", "labels"],
  ["labels queue", "queue"],
  ["labels conflicts", "people"],
  ["labels quiet", "quiets"],
  ["epsilon show", "baselines"],
];

test("every command that lists or exports has the same filter", async () => {
  const commands = await allCommands();
  const filtersOf = (words: string) =>
    commands
      .get(words)
      ?.options.filter(({ long }) => long === "--host" || long === "--group")
      .map(({ flags, description }) => `${flags}: ${description}`);
  const same = [
    "--host <pattern>: only these hosts, by name; * stands for any characters",
    "--group <pattern>: only hosts of these groups, with * as well; with --host both must match",
  ];
  for (const words of [...LISTS.map(([one]) => one), "export", "export metrics", "epsilon what-if"])
    expect({ words, filters: filtersOf(words) }).toEqual({ words, filters: same });
});

test.each(LISTS)("%s says that a host is not known, and which are near", async (words) => {
  const { code, err } = await fleet.run(...words.split(" "), "--host", "wep-07");
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(
      /^fleetwarden: no such host: wep-07; did you mean web-07 or web-08\? `fleetwarden hosts --endpoint \S+` lists them\n$/,
    ),
  });
});

test.each([
  [["status"], "hosts", ["web-07", "web-08"]],
  [["hosts", "list"], "hosts", ["web-07", "web-08"]],
  [["incidents"], "incidents", ["web-07", "web-08"]],
  [["labels", "export"], "labels", ["web-07", "web-08"]],
])("%j --host 'web-*' lists the hosts that fit", async (words, field, hosts) => {
  const { out, err } = await fleet.run(...words, "--host", "web-*", "--json");
  expect(err).toBe("");
  const listed = JSON.parse(out)[field] as readonly { host: string }[];
  expect(listed.map(({ host }) => host).sort()).toEqual(hosts);
});

test("hosts list --limit lists the first hosts, and says how many more there are", async () => {
  const { out } = await fleet.run("hosts", "list", "--limit", "1");
  expect(out).toMatch(/^host .*\ndb-01 .*\nand 2 more: --limit 3 shows them\n$/);
  const hostsOf = async (...words: readonly string[]) =>
    JSON.parse((await fleet.run("hosts", ...words, "--json")).out).hosts.map(({ host }: { host: string }) => host);
  expect(await hostsOf("--limit", "2")).toEqual(["db-01", "web-07"]);
  expect(await hostsOf()).toEqual(["db-01", "web-07", "web-08"]);
});

test("host and group must both match", async () => {
  const { out } = await fleet.run("status", "--host", "*-0*", "--group", "d*", "--json");
  expect(JSON.parse(out).hosts.map(({ host }: { host: string }) => host)).toEqual(["db-01"]);
});

test("silence list shows the silences that hold for such a host", async () => {
  const idsFor = async (...filter: string[]) =>
    JSON.parse((await fleet.run("silence", "list", ...filter, "--json")).out).silences.map(
      (one: { id: string }) => one.id,
    );
  expect((await idsFor("--host", "web-07")).sort()).toEqual(["DBAAAA", "WEBAAA"]);
  expect(await idsFor("--group", "web")).toEqual(["WEBAAA"]);
  // It has not been heard of, and a silence names such hosts.
  expect(await idsFor("--host", "web-99")).toContain("WEBAAA");
});

test.each([
  [["hosts", "web-07"], 'hosts cannot do anything with "web-07": `fleetwarden hosts --host web-07'],
  [["hosts", "web;x"], "`fleetwarden hosts --host 'web;x' --endpoint"],
  [["hosts", "retir", "web-07"], "no such command: hosts retir; did you mean retire? `fleetwarden hosts --help"],
  [["hosts", "list", "web-07"], 'hosts cannot do anything with "web-07"'],
  [["silence", "list", "web-07"], "silence list takes no name such as web-07: `fleetwarden silence --help"],
  [["silence", "lst"], "no such command: silence lst; did you mean list? `fleetwarden silence --help"],
  [["event", "lst"], "no such command: event lst; did you mean list? Use more words for an event"],
  [["event", "Remove"], "no such command: event Remove; did you mean remove?"],
  [["epsilon", "wath-if", "12"], "no such command: epsilon wath-if; did you mean what-if? `fleetwarden epsilon --help"],
  [["silence", "web-07"], "no such command: silence web-07: `fleetwarden silence --help"],
  [["alerts", "stat", "--by", "host"], "no such command: alerts stat; did you mean stats?"],
  [["hosts", "retire", "web-7"], "no such host: web-7; did you mean web-07?"],
  [["doctor", "web-7"], "no such host: web-7; did you mean web-07?"],
  [["refit", "--host", "web-7"], "no such host: web-7; did you mean web-07?"],
  [["labels", "rows", "web-7"], "no such host: web-7; did you mean"],
  [["labels", "add", "fault", "--group", "wep", "--from", "3h", "--to", "2h"], "no such group: wep; did you mean web?"],
  [["epsilon", "show", "web-7"], "no such host: web-7; did you mean"],
  [["epsilon", "model", "web-7"], "no such host: web-7; did you mean"],
  [["epsilon", "set", "web-7", "12"], "no such host: web-7; did you mean"],
  [["epsilon", "history", "group#wep"], "no such group: wep; did you mean web?"],
  [["epsilon", "budget", "wep", "3"], "no such group: wep; did you mean web?"],
  [["epsilon", "what-if", "12", "--host", "web-9*"], "no host fits --host web-9*"],
  [["export", "samples", "--host", "web-7"], "no such host: web-7; did you mean"],
  [["export", "metrics", "--group", "wep"], "no such group: wep; did you mean web?"],
  [["explain", "WEB7AB"], "no such incident: WEB7AB; did you mean WEB7AA"],
  [["label", "WEB7AA", "fault", "--host", "db-01"], "no incident WEB7AA of db-01: it is one of web-07"],
])("%j: %s", async (words, message) => {
  const { code, err } = await fleet.run(...words);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(message) });
});

test("near names need few letters to change, or contain the name; at most three are proposed", () => {
  expect(nearest("web-7", ["db-01", "web-07", "web-70", "mail"])).toEqual(["web-07", "web-70"]);
  expect(nearest("CACHE", ["cache-1", "cache-2", "cache-3", "cache-4"])).toEqual(["cache-1", "cache-2", "cache-3"]);
  expect(nearest("nothing", ["web-07"])).toEqual([]);
});

test("two patterns meet if, and only if, some name fits both", () => {
  const letters = (most: number) => fc.string({ unit: fc.constantFrom("a", "b"), maxLength: most });
  const glob = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 5 });
  fc.assert(
    fc.property(glob, glob, letters(8), (one, other, name) => {
      if (fitsGlob(one, name) && fitsGlob(other, name)) expect(globsMeet(one, other)).toBe(true);
      expect(globsMeet(one, name)).toBe(fitsGlob(one, name));
      expect(globsMeet(one, other)).toBe(globsMeet(other, one));
    }),
  );
});
