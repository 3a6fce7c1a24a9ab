import { deflateRawSync } from "node:zlib";
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

const whole = wholeItem(aReport("host#web", 1), aBaseline("host#web", 1));
const version = 'table baselines, item with owner "host#web", version "v000001"';
const chunk = aChunk("web");
const [chunkItem = {}] = itemsOfChunk(chunk, 0);
/** As 0.2.0 wrote it: the packed doubles of all rows. */
const { columns: _, ...rest } = chunkItem;
const pastChunk = { ...rest, format: { N: "1" }, values: { B: deflateRawSync(new Uint8Array(chunk.values.buffer)) } };

describe.each<[string, Item, Item, (item: Item) => Reading<unknown>, string]>([
  ["baseline", head, whole, baselineReader(partsOf(parts)), version],
  ["report", head, whole, reportOfItem, version],
  [
    "chunk of history",
    chunkItem,
    pastChunk,
    chunkReader(SCHEMA),
    `table history, item with host "web", time "${NOON}"`,
  ],
])("the reader of a %s", (_, item, past, read, place) => {
  test("reads format 2, and format 1 as the same", () => {
    expect(item.format).toEqual({ N: "2" });
    expect(past.format).toEqual({ N: "1" });
    expect(read(item)).toEqual({ value: expect.anything() });
    expect(read(past)).toEqual(read(item));
  });

  test.each([0, 3])("refuses format %d", (found) => {
    const other = { ...item, format: { N: String(found) } };
    const problem = `${place}, attribute format: this program reads 1 to 2, found ${found}`;
    expect(read(other)).toEqual({ unreadable: { table: place.slice(6, place.indexOf(",")), item: other, problem } });
  });
});
