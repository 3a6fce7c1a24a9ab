// How the page counts the hosts of a fleet, in a real browser over states that the test writes.
import type { Browser } from "playwright-core";
import type { HostState } from "../../lib/watch/state.ts";
import { anIncident, NOON } from "../contract/examples.ts";
import { hasBrowser, openBrowser, openTab, testInBrowser } from "./browser.ts";
import { openFilled } from "./filled.ts";

const verdict = { score: 1, epsilon: 9, baseline: { owner: "host#web-07", version: 1 } };
const calm = { verdict };
const learning = {};
const unjudged = { verdict, unjudged: { since: NOON } };
const retired = { verdict, retired: true as const };
const above = { verdict: { ...verdict, score: 50 } };
const inIncident = { verdict, incident: anIncident("host-0") };
let browser: Browser;

beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});

afterAll(() => browser?.close());

/** The states of a fleet, with the heading and the sentence of its page. */
const FLEETS: readonly (readonly [states: readonly Partial<HostState>[], heading: string, lead: string])[] = [
  [[calm], "All calm", "1 host behaves as it usually does."],
  [[unjudged, unjudged], "2 hosts not judged", "Fleetwarden cannot judge 2 hosts."],
  [[calm, calm, unjudged], "1 host not judged", "2 hosts behave as they usually do. Fleetwarden cannot judge 1 host."],
  [[calm, retired, retired, retired], "All calm", "1 host behaves as it usually does."],
  [[calm, above], "All calm", "1 host behaves as it usually does. 1 host is above epsilon."],
  [[learning, retired], "Still learning", "Every host that is on is still learning what is normal."],
  [[retired], "No host is on", "Every host is usually off now or retired."],
  [[inIncident, retired], "1 host in trouble", "1 incident, 1 critical."],
  [[inIncident, calm], "1 host in trouble", "1 incident, 1 critical. The other host is in no incident."],
  [
    [inIncident, calm, learning, unjudged],
    "1 host in trouble",
    "1 incident, 1 critical. The other 3 hosts are in no incident. Fleetwarden cannot judge 1 host.",
  ],
];

testInBrowser(
  "the page calls a fleet calm only if all of it is judged, and counts each host where it belongs",
  async () => {
    const { tab, errors, close } = await openTab(browser);
    const seen: unknown[] = [];
    for (const [states] of FLEETS) {
      const { page, stores, put } = await openFilled();
      for (const [i, state] of states.entries()) {
        await put(`host-${i}`, state);
        if (state.incident) await stores.incidents.save(state.incident);
      }
      await tab.goto(page.url);
      await tab.locator(".stats dt").first().waitFor();
      seen.push([states, await tab.locator("h1").textContent(), await tab.locator(".lead").textContent()]);
      // Its events would break off otherwise.
      await tab.goto("about:blank");
      await page.close();
    }
    expect(seen).toEqual(FLEETS);
    expect(errors).toEqual([]);
    await close();
  },
);
