import fc from "fast-check";
import Papa from "papaparse";
import { parseLabelCsv } from "../../lib/export/label-csv.ts";
import { LABEL_COLUMNS, labelRows } from "../../lib/export/label-rows.ts";
import { subjectOf } from "../../lib/incident/incident.ts";
import { CATEGORIES, VERDICTS } from "../../lib/incident/label.ts";
import type { LabelledIncident } from "../../lib/learn/conflicts.ts";
import { oneLine } from "../../lib/plain-text.ts";
import { tableChunks } from "../../lib/table/write.ts";
import { anIncident } from "../contract/examples.ts";

test.each([
  ["id,note\nAAA222,x\n", "labels.csv: no column named verdict"],
  ["host,verdict\nweb-07,fault\n", "labels.csv: give each label an id, or a host or group with from and to"],
  ["id,verdict\nAAA222,fault\nBBB222,wrong\n", 'labels.csv, row 2: verdict "wrong": use fault, false, expected'],
  ["id,verdict,category\nAAA222,fault,moon\n", 'labels.csv, row 1: category "moon": use hardware, software, network,'],
  [
    "id,verdict,category\nAAA222,false,hardware\n",
    'labels.csv, row 1: category "hardware" with verdict false: only a fault has a category',
  ],
  ["id,verdict,at\nAAA222,fault,soon\n", 'labels.csv, row 1: at "soon": write a time as 2026-11-22T14:00:00Z'],
  ["host,from,to,verdict\nweb-07,2026-11-22,2026-11-21,fault\n", "labels.csv, row 1: it ends before it begins"],
  ["host,from,to,verdict\n,2026-11-22,2026-11-23,fault\n", "labels.csv, row 1: no id, host or group"],
  [`id,verdict,note\nAAA222,fault,${"x".repeat(1_001)}\n`, "labels.csv, row 1: note has more than 1000 characters"],
  ["id,verdict\nAAA222\n", "labels.csv, row 1: Too few fields"],
  ['id,verdict\n"AAA222,fault\n', "labels.csv, row 1: Quoted field unterminated"],
  [`id,verdict\n${"AAA222,fault\n".repeat(10_001)}`, "labels.csv: 10001 rows: import at most 10000 at a time"],
])("%j is rejected as a whole, with the place and the fix", (text, message) => {
  expect(() => parseLabelCsv("labels.csv", text)).toThrow(message);
});

const anyText = fc.string({ unit: "grapheme", maxLength: 20 }).map(oneLine);
const anyCell = fc.oneof(
  anyText,
  anyText.map((text) => `=${text}`.trim()),
  fc.constantFrom("'=1", "''+1", "@x", "-", "'", "web;=1+1", "a; '\"＋1", "＝1", ";';=1"),
);
const anyLabelled: fc.Arbitrary<LabelledIncident> = fc
  .record({
    id: fc.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/),
    host: anyCell.filter((host) => host !== ""),
    group: anyCell,
    verdict: fc.constantFrom(...VERDICTS),
    by: anyCell.filter((by) => by !== ""),
    at: fc.integer({ min: 1e12, max: 4e12 }),
    note: anyCell,
    kind: fc.option(fc.constantFrom(...CATEGORIES), { nil: undefined }),
  })
  .map(({ id, host, group, kind, ...label }) => {
    const category = label.verdict === "fault" && kind ? { category: kind } : {};
    return { ...anIncident(host), id, group, label: { ...label, ...category } };
  });

async function csvOf(incidents: readonly LabelledIncident[]): Promise<string> {
  const labelled = (async function* () {
    yield* incidents;
  })();
  let csv = "";
  for await (const chunk of tableChunks("csv", LABEL_COLUMNS, labelRows(labelled, []))) csv += chunk;
  return csv;
}

test("an exported label is read back unchanged, and no cell is a formula", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyLabelled, { minLength: 1, maxLength: 5 }), async (incidents) => {
      const csv = await csvOf(incidents);
      const cells = Papa.parse<string[]>(csv).data.flat();
      expect(cells.filter((cell) => /(^|;)[ "]*[=+@＝＋－＠-]/.test(cell))).toEqual([]);
      expect(parseLabelCsv("any.csv", csv)).toEqual(
        incidents.map((incident, i) => {
          const {
            id,
            label: { verdict, category, by, at, note },
          } = incident;
          return {
            row: i + 1,
            of: { id, host: subjectOf(incident) },
            label: { verdict, ...(category ? { category } : {}), by, at, ...(note === "" ? {} : { note }) },
          };
        }),
      );
    }),
  );
});
