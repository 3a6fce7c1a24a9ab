// An item of another format is a value that names the item and both numbers; the stores make an error of it.
import {
  allowanceOfItem,
  announcedOfItem,
  auditOfItem,
  deskOfItem,
  itemOfAllowance,
  itemOfAnnounced,
  itemOfAudit,
  itemOfDesk,
  itemOfRefusal,
  itemOfSilence,
  refusalOfItem,
  silenceOfItem,
} from "../../lib/store/alerting-item.ts";
import {
  baselineReader,
  itemOfSchema,
  itemsOfVersion,
  partsOf,
  reportOfItem,
  schemaOfItem,
} from "../../lib/store/baseline-item.ts";
import type { Reading } from "../../lib/store/formats.ts";
import { chunkReader, itemsOfChunk } from "../../lib/store/history-item.ts";
import { hostOfItem, itemOfHost } from "../../lib/store/host-item.ts";
import { createHostStore } from "../../lib/store/host-store.ts";
import { attributesOfIncident, incidentKey, incidentOfItem } from "../../lib/store/incident-item.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { budgetOfItem, itemOfBudget, itemOfProgress, progressOfItem } from "../../lib/store/ledger-item.ts";
import { MemoryTable } from "../../lib/store/memory-table.ts";
import { partOfItem } from "../../lib/store/model-parts.ts";
import {
  aBaseline,
  aChunk,
  anIncident,
  aReport,
  aSilence,
  aState,
  NOON,
  SCHEMA,
  wholeItem,
} from "../contract/examples.ts";

const { head, parts } = itemsOfVersion(aReport("host#web", 1), aBaseline("host#web", 1));
const incident = { ...incidentKey("web", NOON), ...attributesOfIncident(anIncident("web")) };
const desk = itemOfDesk({ group: "web", spoke: 0, begun: 0, pending: [], revision: 0 });
const allowance = itemOfAllowance({ name: "texts", times: [], held: { critical: 0, warning: 0 }, revision: 0 });

describe.each<[string, Item, (item: Item) => Reading<unknown>, string, string]>([
  ["host", itemOfHost(aState("web")), hostOfItem, "hosts", 'host "web"'],
  ["part of a model", parts[0]!, partOfItem, "baselines", `owner "host#web", version "${parts[0]!.version!.S}"`],
  ["schema", itemOfSchema(SCHEMA), schemaOfItem, "baselines", `owner "schema#${SCHEMA.id}", version "NAMES"`],
  ["budget", itemOfBudget("web", undefined), budgetOfItem, "baselines", 'owner "group#web", version "BUDGET"'],
  [
    "progress of the refit",
    itemOfProgress({ day: 20_779, done: true }),
    progressOfItem,
    "baselines",
    'owner "refit", version "PROGRESS"',
  ],
  [
    "chunk of history",
    itemsOfChunk(aChunk("web"), 0)[0]!,
    chunkReader(SCHEMA),
    "history",
    `host "web", time "${NOON}"`,
  ],
  ["incident", incident, incidentOfItem, "incidents", `host "web", opened "${NOON}"`],
  ["silence", itemOfSilence(aSilence("ABC234")), silenceOfItem, "alerting", 'kind "silence", id "ABC234"'],
  ["desk", desk, deskOfItem, "alerting", 'kind "desk", id "web"'],
  ["allowance", allowance, allowanceOfItem, "alerting", 'kind "allowance", id "texts"'],
  [
    "announcement",
    itemOfAnnounced("host#web", { version: 1, epsilon: 9 }),
    announcedOfItem,
    "alerting",
    'kind "announced", id "host#web"',
  ],
  [
    "refusal",
    itemOfRefusal({ owner: "host#web", since: NOON, at: NOON, refused: "flags too much", told: false }),
    refusalOfItem,
    "alerting",
    'kind "refusal", id "host#web"',
  ],
  [
    "audit",
    itemOfAudit({ at: NOON, confirmed: [], unconfirmed: [] }),
    auditOfItem,
    "alerting",
    'kind "audit", id "last"',
  ],
])("the reader of a %s", (_, item, read, table, key) => {
  test("reads format 1", () => {
    expect(item.format).toEqual({ N: "1" });
    expect(read(item)).toHaveProperty("value");
  });

  test("refuses another format with a value that names the item and both numbers", () => {
    const { format: __, ...none } = item;
    expect(read({ ...item, format: { N: "2" } })).toEqual({ refused: { table, key, found: 2, expected: 1 } });
    expect(read(none)).toEqual({ refused: { table, key, found: undefined, expected: 1 } });
  });
});

describe.each<[string, (item: Item) => Reading<unknown>]>([
  ["baseline", baselineReader(partsOf(parts))],
  ["report", reportOfItem],
])("the reader of a %s", (_, read) => {
  const whole = wholeItem(aReport("host#web", 1), aBaseline("host#web", 1));

  test("reads format 2, and format 1 with the model in the item", () => {
    expect(head.format).toEqual({ N: "2" });
    expect(read(head)).toEqual({ value: expect.anything() });
    expect(read(whole)).toEqual(read(head));
  });

  test.each([0, 3])("refuses format %d", (found) => {
    const key = 'owner "host#web", version "v000001"';
    const refused = { table: "baselines", key, found, expected: 2 };
    expect(read({ ...head, format: { N: String(found) } })).toEqual({ refused });
  });
});

test.each([
  [{ format: { N: "2" } }, "found 2"],
  [{ format: { S: "1" } }, "found nothing"],
])("a store rejects a refused item with an error (%j)", async (other, found) => {
  const table = new MemoryTable("hosts");
  await table.put({ ...itemOfHost(aState("web")), ...other });
  await expect(createHostStore(table).load(["web"])).rejects.toThrow(
    `table hosts, item with host "web", attribute format: this program reads 1, ${found}; repair or delete this item`,
  );
});
