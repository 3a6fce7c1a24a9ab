import { isDeepStrictEqual } from "node:util";
import type { TableName } from "../resources.ts";
import { type Clock, DAY_MS } from "../time.ts";
import { HISTORY_DAYS, type IncidentStore } from "../watch/ports.ts";
import { newHost, pendingOf } from "../watch/state.ts";
import { type Bucket, dayFolder } from "./bucket.ts";
import { itemOfHost } from "./host-item.ts";
import type { OnUnreadable } from "./item-reader.ts";
import { type Condition, type Item, keyNames } from "./item-table.ts";

/** For the log, the consequence of a missing item. */
const CONSEQUENCES: Readonly<Record<TableName, string>> = {
  hosts: "the host starts anew with its next record",
  baselines: "its owner has no baseline until the next refit",
  history: "refits go without these samples",
  incidents: "no list has this incident any more",
  alerting: "a silence in it is over, and messages that were pending in it are not sent",
};

/** The attribute that counts the writes of an item. */
const REVISIONS: Partial<Record<TableName, string>> = { hosts: "r", incidents: "form", alerting: "revision" };

export interface SetAsidePorts {
  readonly bucket: Bucket;
  readonly clock: Clock;
  /** Receives the item that was set aside, and the error of one that could not be. */
  readonly log: (what: string, error: unknown) => void;
  /** Called for each item that was set aside. */
  readonly count: () => void;
  readonly incidents: Pick<IncidentStore, "ofHost">;
}

/**
 * Copies each unreadable item to the bucket, deletes it, and reports it once by name: it affects only its own host or
 * group. An item that cannot be copied or deleted stays, and the next reader tries again.
 */
export function setAside({ bucket, clock, log, count, incidents }: SetAsidePorts): OnUnreadable {
  return async ({ table, item, problem }, stored) => {
    try {
      const key = keyOf(table, item);
      // The read may have missed that another process has replaced the item since.
      const [now] = await stored.get([key], { consistent: true });
      if (!isDeepStrictEqual(now, item)) return;
      const copy = `unreadable/${dayFolder(clock())}/${table}/${fileName(key)}.json`;
      await bucket.put(copy, { problem, table, item: encoded(item) });
      const successor = table === "hosts" ? await successorOf(incidents, item, clock()) : undefined;
      const condition = unchanged(table, item);
      if (!(successor ? await stored.put(successor, condition) : await stored.delete(key, condition))) return;
      count();
      const fix = "if a newer version wrote it, deploy that version and put the copy back";
      log(
        "set aside an unreadable item",
        `${problem}; ${CONSEQUENCES[table]}; its copy in the failures bucket: ${copy}; ${fix}`,
      );
    } catch (error) {
      log(`not set aside yet: ${problem}`, error);
    }
  };
}

/**
 * A host whose state is lost may have an open incident. It goes on in a new state and is announced again: the notice of
 * its opening may have been lost, too.
 */
async function successorOf(
  incidents: SetAsidePorts["incidents"],
  { host, r }: Item,
  now: number,
): Promise<Item | undefined> {
  const name = host?.S ?? "";
  const incident = (await incidents.ofHost(name, now - HISTORY_DAYS * DAY_MS, now)).at(-1);
  if (!incident || incident.kind === "fleet" || incident.resolved !== undefined) return undefined;
  const revision = Number(r?.N ?? 0) + 1;
  return itemOfHost({
    ...newHost(name, incident.group),
    revision,
    incident,
    pending: [pendingOf("opened", incident)],
  });
}

function keyOf(table: TableName, item: Item): Item {
  const names = Object.values(keyNames(table));
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}

/** The condition that no other process wrote the item since it was read; none if the number itself is damaged. */
function unchanged(table: TableName, item: Item): Condition | undefined {
  const attribute = REVISIONS[table];
  const stored = attribute === undefined ? undefined : item[attribute];
  if (attribute === undefined || (stored && stored.N === undefined)) return undefined;
  return stored ? { attribute, is: "equal", value: Number(stored.N) } : { attribute, is: "absent" };
}

/**
 * The longest key of an object has 1,024 bytes
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
 */
const FILE_NAME_MAX = 900;

function fileName(key: Item): string {
  const parts = Object.values(key).map(({ S, N }) => encodeURIComponent(S ?? N ?? ""));
  return parts.join(",").slice(0, FILE_NAME_MAX);
}

/** The item in the JSON of the AWS CLI: `aws dynamodb put-item --item` takes it back. */
function encoded(item: Item): unknown {
  const entries = Object.entries(item).map(([name, value]) => [
    name,
    value.B ? { B: Buffer.from(value.B).toString("base64") } : value,
  ]);
  return Object.fromEntries(entries);
}
