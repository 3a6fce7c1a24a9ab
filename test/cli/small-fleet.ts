import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import { aFleetIncident, anIncident, aReport, aState } from "../contract/examples.ts";
import { liveTwin, run } from "./live.ts";

const MINUTE = 60_000;

/** A twin that knows web-07, web-08 and db-01, with an incident of each web host and one of the whole group web. */
export async function smallFleet() {
  const opened = Date.now() - 30 * MINUTE;
  const twin = await liveTwin(opened);
  const stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
  const label = { verdict: "false" as const, at: Date.now(), by: "ann" };
  for (const [host, group] of [
    ["web-07", "web"],
    ["web-08", "web"],
    ["db-01", "db"],
  ] as const) {
    const id = `${host.replace("-0", "").toUpperCase()}AA`.padEnd(6, "A").slice(0, 6);
    await stores.hosts.save(aState(host, { group }));
    await stores.incidents.save(anIncident(host, { id, group, opened, resolved: Date.now() - MINUTE }));
    await stores.incidents.label(host, opened, label);
    await stores.baselines.write(aReport(`host#${host}`, 1, { refused: "flags too much" }));
  }
  await stores.incidents.save(aFleetIncident("web", { opened: opened - MINUTE }));
  const saveSilence = (id: string, matcher: { host?: string; group?: string }) =>
    stores.alerting.saveSilence({
      ...{ id, matcher, reason: "disks", by: "ann", from: opened, until: Date.now() + 60 * MINUTE, revision: 0 },
    });
  await saveSilence("WEBAAA", { host: "web-*" });
  await saveSilence("DBAAAA", { group: "db" });
  stores.close();
  return {
    /** Runs a command on it. */
    run: (...words: readonly string[]) => run(...words, "--endpoint", twin.endpoint),
    endpoint: twin.endpoint,
    close: () => twin.close(),
  };
}
