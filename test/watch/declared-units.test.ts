// A declared unit: from a record, the configuration or a piece to the causes, the message and the history.
import { parseConfig } from "../../lib/config/config.ts";
import { render } from "../../lib/notify/render.ts";
import { fold } from "../../lib/watch/fold.ts";
import { chunksOf } from "../../lib/watch/history.ts";
import { decodeRecord } from "../../lib/wire/decode.ts";
import type { HostSamples } from "../../lib/wire/samples.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { arrived, baseline, START, state, timeOf } from "../factories.ts";

/** Usually 50 with a deviation of 5: the range shown as normal is two of these either way. */
const USUAL = baseline({ names: ["throughput"], mean: [50], sd: [5] });
const LOW = Array.from({ length: 6 }, (_, n) => ({ time: timeOf(n), metrics: { throughput: 25 } }));

/** The samples of a record that an own format or a sender wrote. */
function partsOf(documents: readonly object[]): readonly HostSamples[] {
  const bytes = Buffer.from(documents.map((one) => JSON.stringify(one)).join("\n"));
  return decodeRecord(bytes, START + 100_000, new Schemas(), { partitionKey: "web-07" }).parts;
}

const plain = (units: unknown) => partsOf(LOW.map((one) => ({ host: "web-07", ...one, ...(units ? { units } : {}) })));

function folded(parts: readonly HostSamples[], document: object = {}) {
  const { policyOf } = parseConfig(JSON.stringify({ version: 1, ...document }));
  return fold(
    state(),
    USUAL,
    parts.map((part) => arrived(part)),
    policyOf("web-07", "default"),
    timeOf(100),
  );
}

function messageOf({ notices: [notice] }: ReturnType<typeof folded>) {
  if (!notice) throw new Error("nobody was notified");
  return render(notice, { stack: "fleetwarden", now: timeOf(6) });
}

test("the unit that a record declares is in the e-mail, the text message, the subject and the JSON", () => {
  const { subject, email, sms, webhook } = messageOf(folded(plain({ throughput: "MB/s" })));
  expect(subject).toContain("throughput 25 MB/s, normal 40-60 MB/s");
  expect(email).toMatch(/throughput +25 MB\/s +40-60 MB\/s/);
  expect(sms).toContain("throughput 25 MB/s (norm 40-60 MB/s");
  expect(JSON.parse(webhook).causes[0]).toMatchObject({ metric: "throughput", unit: "MB/s", now: 25 });
});

test("without a declaration the message has a bare number", () => {
  const { subject, webhook } = messageOf(folded(plain(undefined)));
  expect(subject).toContain("throughput 25, normal 40-60");
  expect(JSON.parse(webhook).causes[0]).not.toHaveProperty("unit");
});

test("the configuration's unit overrides the sender's", () => {
  const config = { metrics: [{ metric: "through*", unit: "req/s" }] };
  expect(messageOf(folded(plain({ throughput: "MB/s" }), config)).subject).toContain(
    "throughput 25 req/s, normal 40-60 req/s",
  );
});

test("the values of a rule have the unit", () => {
  const config = { rules: [{ if: "throughput < 30" }] };
  expect(messageOf(folded(plain({ throughput: "MB/s" }), config)).email).toContain("throughput 25 MB/s");
});

test("samples of one host that declare the same units are one part, and history keeps the units", () => {
  const parts = plain({ throughput: "MB/s" });
  expect(parts).toHaveLength(1);
  const [chunk] = chunksOf(folded(parts).parts, undefined);
  expect(chunk?.schema.units).toEqual({ throughput: "MB/s" });
});

test("a metric that a feature replaces loses its unit, and the others keep theirs", () => {
  const documents = LOW.map(({ time }) => ({
    ...{ host: "web-07", time, metrics: { throughput: 25, latency: 3 } },
    units: { throughput: "MB/s", latency: "ms" },
  }));
  const config = { features: [{ name: "latency", log: "latency" }] };
  const [chunk] = chunksOf(folded(partsOf(documents), config).parts, undefined);
  expect(chunk?.schema.units).toEqual({ throughput: "MB/s" });
});

test("OTLP declares the units of gauges, and of totals, whose rate is judged", () => {
  const resource = { attributes: [{ key: "host.name", value: { stringValue: "web-07" } }] };
  const documents = Array.from({ length: 12 }, (_, n) => {
    const timeUnixNano = `${timeOf(n)}000000`;
    const metrics = [
      { name: "throughput", unit: "MBy/s", gauge: { dataPoints: [{ timeUnixNano, asDouble: 25 }] } },
      { name: "sent", unit: "By", sum: { isMonotonic: true, dataPoints: [{ timeUnixNano, asDouble: 70 * n }] } },
    ];
    return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] };
  });
  const result = folded(documents.flatMap((one) => partsOf([one])));
  expect(messageOf(result).subject).toContain("throughput 25 MB/s, normal 40-60 MB/s");
  expect(result.parts.at(-1)?.part.schema.units).toEqual({ throughput: "MB/s", sent_per_second: "B/s" });
  expect(result.state.assembly?.units).toEqual({ throughput: "MB/s", sent_per_second: "B/s" });
});

test("each sample of history has the version that judged it, and none while the host learns", () => {
  const parts = plain(undefined);
  const own = fold(
    state(),
    { ...USUAL, version: 12 },
    parts.map((part) => arrived(part)),
  );
  const groups = { ...USUAL, owner: "group#web", version: 3 };
  const common = fold(
    state(),
    groups,
    parts.map((part) => arrived(part)),
  );
  const learning = fold(
    state(),
    undefined,
    parts.map((part) => arrived(part)),
  );
  expect(chunksOf(own.parts, undefined)[0]?.judge).toEqual({ version: 12, isGroups: false });
  expect(chunksOf(common.parts, undefined)[0]?.judge).toEqual({ version: 3, isGroups: true });
  expect(chunksOf(learning.parts, undefined)[0]).not.toHaveProperty("judge");
});
