// An item of another format is a value that names the item and both numbers.
import { newDesk } from "../../lib/alert/desk.ts";
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
import { attributesOfIncident, incidentKey, incidentOfItem } from "../../lib/store/incident-item.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { budgetOfItem, itemOfBudget, itemOfProgress, progressOfItem } from "../../lib/store/ledger-item.ts";
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
const desk = itemOfDesk(newDesk("web"));
const allowance = itemOfAllowance({ name: "texts", times: [], held: { critical: 0, warning: 0 }, revision: 0 });

describe.each<[string, Item, (item: Item) => Reading<unknown>, string, string]>([
  ["host", itemOfHost(aState("web")), hostOfItem, "hosts", 'host "web"'],
  ["part of a model", parts[0]!, partOfItem, "baselines", `owner "host#web", version "${parts[0]!.version!.S}"`],
  ["schema", itemOfSchema(SCHEMA, 0), schemaOfItem, "baselines", `owner "schema#${SCHEMA.id}", version "NAMES"`],
  ["budget", itemOfBudget("web", undefined), budgetOfItem, "baselines", 'owner "group#web", version "BUDGET"'],
  [
    "progress of the refit",
    itemOfProgress({ period: 20_779, done: true }),
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
    const problem = (found: string) =>
      `table ${table}, item with ${key}, attribute format: this program reads 1, ${found}`;
    const other = { ...item, format: { N: "2" } };
    expect(read(other)).toEqual({ unreadable: { table, item: other, problem: problem("found 2") } });
    expect(read(none)).toEqual({ unreadable: { table, item: none, problem: problem("found nothing") } });
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
    const item = { ...head, format: { N: String(found) } };
    const place = 'table baselines, item with owner "host#web", version "v000001"';
    const problem = `${place}, attribute format: this program reads 1 to 2, found ${found}`;
    expect(read(item)).toEqual({ unreadable: { table: "baselines", item, problem } });
  });
});
