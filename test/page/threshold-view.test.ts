import { createThresholds } from "../../lib/page/threshold-view.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { newHost } from "../../lib/watch/state.ts";
import { aBaseline, activate, aReport, NOON } from "../contract/examples.ts";

const OWNER = "host#web-07";
const DAY_MS = 86_400_000;

test("the page offers no rollback to a version that another replaced 14 days ago, whose model is gone", async () => {
  const stores = createMemoryStores(() => NOON);
  await stores.hosts.save(newHost("web-07", "web"));
  const replaced = [undefined, 0, 10 * DAY_MS]; // versions 1, 2 and 3, of which each replaced the one before
  for (const [before, after] of replaced.entries()) {
    const [version, fields] = [before + 1, after === undefined ? {} : { at: NOON + after, replaces: before }];
    await activate(stores.baselines, aReport(OWNER, version, fields), aBaseline(OWNER, version), before);
  }
  const policyOf = () => {
    throw new Error("the view asks for no policy");
  };
  const goneAfter = async (days: number) => {
    const { ledger } = await createThresholds(stores, policyOf).view({ host: "web-07" }, NOON + days * DAY_MS);
    return ledger?.versions.filter(({ gone }) => gone).map(({ version }) => version);
  };
  expect(await goneAfter(13)).toEqual([]);
  expect(await goneAfter(14)).toEqual([1]);
  expect(await goneAfter(24)).toEqual([2, 1]);
});
