import fc from "fast-check";
import { handleFeedback } from "../../lib/feedback/handle.ts";
import { auditId, signToken } from "../../lib/feedback/token.ts";
import { newHost } from "../../lib/watch/state.ts";
import { aFleetIncident, anIncident, aSilentIncident, NOON } from "../contract/examples.ts";
import { claimsOf, form, KEY, NOW, openPage } from "./support.ts";

const HOUR = 3_600_000;
const SILENT = aSilentIncident("web-07");
const press = (action: string, more: Readonly<Record<string, string>> = {}) => form({ action, ...more });

type Page = Awaited<ReturnType<typeof openPage>>;
const silences = async ({ stores }: Page) =>
  [...(await stores.alerting.silences())].sort((a, b) => a.from - b.from || a.until - b.until);

/** A page of a silent host, with the state that the sweep saved. */
async function openSilent() {
  const page = await openPage(SILENT);
  await page.stores.hosts.save({ ...newHost("web-07", "web"), incident: SILENT });
  return page;
}

test("an acknowledgement is saved, and the first one stays", async () => {
  const page = await openPage();
  const { body } = await page.send("POST", press("acknowledge", { name: "Ann" }));
  const acknowledged = { at: NOW, by: `link ${auditId(page.token)} (Ann)` };
  expect(body).toContain(`said ${acknowledged.by} on 22 Nov 13:00 UTC`);
  expect(await page.stored()).toMatchObject({ acknowledged });
  page.world.now += HOUR;
  const again = await page.send("POST", press("acknowledge", { name: "Bob" }));
  expect(again).toMatchObject({ status: 200, body });
  expect(await page.stored()).toMatchObject({ acknowledged });
});

test.each([
  ["silence-1h", HOUR],
  ["silence-24h", 24 * HOUR],
])("%s silences only that host, for that long", async (action, lasting) => {
  const page = await openPage();
  const { status, body } = await page.send("POST", press(action, { name: "Ann", note: "new disk" }));
  const [silence, ...others] = await silences(page);
  expect(silence).toEqual({
    id: expect.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/),
    matcher: { host: "web-07" },
    reason: "new disk",
    by: `link ${auditId(page.token)} (Ann)`,
    from: NOW,
    until: NOW + lasting,
    revision: 1,
  });
  expect(others).toEqual([]);
  expect(status).toBe(200);
  expect(body).toContain(`fleetwarden silence end ${silence?.id}`);
});

test("without a note the reason names the alert", async () => {
  const page = await openPage();
  await page.send("POST", press("silence-1h"));
  expect((await silences(page))[0]?.reason).toBe("by the link of alert ABC234");
});

test("the same button again, or twice at once, gives one silence until it ends", async () => {
  const page = await openPage();
  const [first, second] = await Promise.all([
    page.send("POST", press("silence-1h")),
    page.send("POST", press("silence-1h")),
  ]);
  expect(second).toEqual(first);
  const [one] = await silences(page);
  page.world.now += HOUR - 1;
  expect(await page.send("POST", press("silence-1h", { note: "still" }))).toEqual(first);
  expect(await silences(page)).toEqual([one]);
  page.world.now += 1;
  await page.send("POST", press("silence-1h"));
  expect((await silences(page)).map(({ from }) => from)).toEqual([NOW, NOW + HOUR]);
});

test("another length and another link give separate silences", async () => {
  const page = await openPage();
  const other = `/feedback/${signToken(claimsOf(page.incident), [KEY], NOW - HOUR)}`;
  for (const [action, path] of [["silence-1h"], ["silence-24h"], ["silence-1h", other]] as const) {
    await page.send("POST", press(action), path);
  }
  expect((await silences(page)).map(({ until }) => (until - NOW) / HOUR)).toEqual([1, 1, 24]);
});

test("a link silences at most 20 times by each button", async () => {
  const page = await openPage();
  for (let i = 0; i < 20; i++) {
    expect((await page.send("POST", press("silence-1h"))).status).toBe(200);
    page.world.now += HOUR;
  }
  const { status, body } = await page.send("POST", press("silence-1h"));
  expect(status).toBe(409);
  expect(body).toContain("fleetwarden silence add");
  expect(await silences(page)).toHaveLength(20);
});

test("a host whose name is a pattern is not silenced, because others would be too", async () => {
  const page = await openPage(anIncident("web-*"));
  expect((await page.send("POST", press("silence-1h"))).status).toBe(409);
  expect(page.world.writes).toBe(0);
});

describe("the incident of a fleet", () => {
  const FLEET = aFleetIncident("web", { extent: { affected: 2, total: 8, silent: 1, first: [] } });

  test("gives its label to its hosts too", async () => {
    const page = await openPage(FLEET);
    for (const host of ["web-1", "web-2"]) {
      await page.stores.incidents.save(anIncident(host, { fleet: "FLEET2" }));
    }
    await page.stores.incidents.save(anIncident("web-3"));
    const { body } = await page.send("POST", form({ verdict: "expected" }));
    expect(body).toContain("Incident FLEET2 of group web is labelled <strong>Expected</strong>, and those of 2 hosts");
    const verdictOf = async (host: string) => (await page.stores.incidents.get(host, NOON))?.label?.verdict;
    expect(await Promise.all(["group#web", "web-1", "web-2", "web-3"].map(verdictOf))).toEqual([
      "expected",
      "expected",
      "expected",
      undefined,
    ]);
  });

  test("is silenced for its group, and the page shows the number of hosts", async () => {
    const page = await openPage(FLEET);
    expect((await page.send("GET")).body).toContain("<dt>Hosts</dt><dd>2 of 8, 1 silent</dd>");
    await page.send("POST", press("silence-24h"));
    expect((await silences(page))[0]?.matcher).toEqual({ group: "web" });
  });
});

describe("the incident of a silent host", () => {
  test("cannot be labelled, but the host may be retired", async () => {
    const page = await openSilent();
    const { body } = await page.send("GET");
    const values = [...body.matchAll(/<button type="submit" name="\w+" value="([\w-]+)"/g)].map(([, value]) => value);
    expect(values).toEqual(["acknowledge", "silence-1h", "silence-24h", "retire"]);
    expect(body).toContain("<h1>What should happen?</h1>");
    expect(body).not.toMatch(/Score|Anomalies|Label/);
    expect((await page.send("POST", form({ verdict: "false" }))).status).toBe(400);
    expect(page.world.writes).toBe(0);
  });

  test("ends, once, when the host is retired", async () => {
    const page = await openSilent();
    for (let i = 0; i < 2; i++) {
      const { status, body } = await page.send("POST", press("retire"));
      expect({ status, retired: body.includes("web-07 is retired") }).toEqual({ status: 200, retired: true });
    }
    const state = (await page.stores.hosts.load(["web-07"])).get("web-07");
    expect(state).toMatchObject({ retired: true, pending: [{ kind: "resolved", id: "ABC234" }] });
    expect((await page.stored())?.resolved).toBe(NOW);
    expect((await page.send("GET")).body).not.toContain('value="retire"');
  });

  test("does not retire a host that sends again", async () => {
    const page = await openPage({ ...SILENT, resolved: NOON + 60_000 });
    await page.stores.hosts.save(newHost("web-07", "web"));
    expect((await page.send("POST", press("retire"))).status).toBe(409);
    expect(page.world.writes).toBe(0);
  });

  test("is never changed by looking, whatever the request", async () => {
    const page = await openSilent();
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]) {
      for (const action of ["acknowledge", "silence-1h", "silence-24h", "retire"]) {
        await page.send(method, press(action));
        await page.send(method, press(action), `/feedback/${page.token}?action=${action}`);
      }
    }
    expect(page.world.writes).toBe(0);
  });
});

test.each([
  ["to retire a host that is not silent", press("retire")],
  ["an unknown action", press("delete")],
  ["a verdict as an action", press("false")],
  ["an action as a verdict", form({ verdict: "silence-1h" })],
])("%s is refused and saves nothing", async (_, body) => {
  const page = await openPage();
  expect((await page.send("POST", body)).status).toBe(400);
  expect(page.world.writes).toBe(0);
});

test("a resolved incident cannot be acknowledged, and an acknowledgement is shown", async () => {
  const over = await openPage(anIncident("web-07", { resolved: NOON + 60_000 }));
  expect((await over.send("GET")).body).not.toContain('value="acknowledge"');
  const open = await openPage();
  await open.send("POST", press("acknowledge", { name: "Ann" }));
  const { body } = await open.send("GET");
  expect(body).not.toContain('value="acknowledge"');
  expect(body).toContain(`<dt>On it</dt><dd>link ${auditId(open.token)} (Ann), 22 Nov 13:00 UTC</dd>`);
});

test("any answer twice in a row saves the same as once", async () => {
  const answer = fc.constantFrom(
    ...["false", "expected"].map((verdict) => form({ verdict })),
    ...["acknowledge", "silence-1h", "silence-24h"].map((action) => press(action, { name: "Ann" })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { maxLength: 6 }), async (answers) => {
      const [once, twice] = [await openPage(), await openPage()];
      for (const body of answers) {
        await once.send("POST", body);
        await twice.send("POST", body);
        await twice.send("POST", body);
      }
      expect(await twice.stored()).toEqual(await once.stored());
      expect(await silences(twice)).toEqual(await silences(once));
    }),
    { numRuns: 50 },
  );
});

test("a store that cannot be written to causes an error, not an answer", async () => {
  const { ports, token } = await openPage();
  const down = async () => Promise.reject(new Error("down"));
  const alerting = { ...ports.alerting, saveSilence: down };
  const request = { method: "POST", path: `/feedback/${token}`, body: press("silence-1h") };
  await expect(handleFeedback({ ...ports, alerting }, request)).rejects.toThrow("down");
});
