// Attributes of a machine, from the record to the host's state.
import { parseConfig } from "../../lib/config/config.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { fold } from "../../lib/watch/fold.ts";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { encodeRecord } from "../../lib/wire/encode.ts";
import { ATTRIBUTES_BYTES_MAX, attributesOfResource, readAttributes } from "../../lib/wire/host-attributes.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { aState } from "../contract/examples.ts";
import { arrived, part, START, STEP, state } from "../factories.ts";

const partsOf = (record: Buffer | object) =>
  decodeRecord(Buffer.isBuffer(record) ? record : Buffer.from(JSON.stringify(record)), START, new Schemas(), {
    partitionKey: "web-07",
  }).parts;

const MACHINE = { region: "eu-west-1", type: "m5.large" };

describe("are read", () => {
  const plain = { host: "web-07", time: START, metrics: { cpu: 1 } };

  test("from plain JSON, one sample or a list, of which the last counts", () => {
    expect(partsOf({ ...plain, attributes: MACHINE })[0]?.attributes).toEqual(MACHINE);
    expect(partsOf(plain)[0]).not.toHaveProperty("attributes");
    const list = [
      { ...plain, attributes: MACHINE },
      { ...plain, time: START + 1, attributes: { region: "x" } },
    ];
    expect(partsOf([...list, { ...plain, time: START + 2 }])).toMatchObject([
      { times: [START, START + 1, START + 2], attributes: { region: "x" } },
    ]);
  });

  test("from record v1, as our agent writes it", () => {
    const record = { host: "web-07", group: "web", boot: 1, seq: 0, names: ["cpu"], withNames: true };
    const bytes = encodeRecord({ ...record, times: [START], rows: [[1]], attributes: MACHINE });
    expect(partsOf(bytes)[0]?.attributes).toEqual(MACHINE);
  });

  test("from OpenTelemetry's resource, those that describe the machine", () => {
    const value = (text: string) => ({ stringValue: text });
    const resource = {
      attributes: [
        { key: "host.name", value: value("web-07") },
        { key: "host.type", value: value("m5.large") },
        { key: "cloud.region", value: value("eu-west-1") },
        { key: "telemetry.sdk.name", value: value("x") },
      ],
    };
    const points = [{ timeUnixNano: String(START * 1e6), asDouble: 0.5 }];
    const scopeMetrics = [{ metrics: [{ name: "system.cpu.load_average.1m", gauge: { dataPoints: points } }] }];
    expect(partsOf({ resourceMetrics: [{ resource, scopeMetrics }] })).toMatchObject([
      { host: "web-07", attributes: { "cloud.region": "eu-west-1", "host.type": "m5.large" } },
    ]);
    expect(attributesOfResource({ "service.name": "shop" })).toBeUndefined();
  });
});

describe("have limits", () => {
  test("numbers and truth values become texts, null is absent, all else is counted", () => {
    expect(
      readAttributes({ cores: 8, spot: true, zone: null, tags: ["a"], "": "x", bell: "\u0007", long: "x".repeat(129) }),
    ).toEqual({
      attributes: { cores: "8", spot: "true" },
      odd: { count: 4, first: 'attribute "tags" is […]' },
    });
    expect(readAttributes("eu-west-1")).toEqual({ odd: { count: 1, first: 'attributes is "eu-west-1"' } });
    expect(readAttributes(JSON.parse('{"__proto__":"x"}')).attributes).toEqual({});
  });

  test("of sixteen names, and of 512 bytes in all", () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}`, "x"]));
    const { attributes, odd } = readAttributes(many);
    expect([Object.keys(attributes ?? {}).length, odd?.count]).toEqual([16, 4]);
    const long = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`a${i}`, "é".repeat(50)]));
    const kept = readAttributes(long);
    // An entry is "a0":"éé…" and its comma: 2 + 2 + 1 + 2 + 100 + 1 = 108 bytes; four of them and {} are 433.
    expect(Buffer.byteLength(JSON.stringify(kept.attributes))).toBe(433);
    expect(kept.odd?.count).toBe(4);
    expect(ATTRIBUTES_BYTES_MAX).toBe(512);
  });
});

describe("of a host", () => {
  const said = (at: number, attributes?: Record<string, string>) =>
    arrived({ ...part({ rows: [[1]] }), times: [at], ...(attributes ? { attributes } : {}) }, at);

  test("come from the newest record with any; an old record that comes again changes nothing", () => {
    const first = said(START, MACHINE);
    const after = fold(state(), undefined, [first, said(START + STEP, { region: "us" }), said(START + 2 * STEP)]).state;
    expect(after.attributes).toEqual({ region: "us" });
    expect(fold(after, undefined, [first]).state.attributes).toEqual({ region: "us" });
  });

  test("choose the rules that apply to it", () => {
    const config = parseConfig(
      JSON.stringify({
        version: 1,
        rules: [
          { if: "cpu > 5", attributes: { region: "eu-*", type: "*" } },
          { if: "cpu > 0.5", attributes: { region: "us-*" } },
        ],
      }),
    );
    const rulesAt = (cpu: number, attributes?: Record<string, string>) => {
      const sample = { ...part({ names: ["cpu"], rows: [[cpu]] }), ...(attributes ? { attributes } : {}) };
      return fold(state(), undefined, [arrived(sample)], config.policyOf("web-07", "web")).state.rules.map(
        ({ text }) => text,
      );
    };
    expect(rulesAt(9, MACHINE)).toEqual(["cpu > 5"]);
    expect(rulesAt(1, MACHINE)).toEqual([]);
    expect(rulesAt(1, { region: "us-east-1" })).toEqual(["cpu > 0.5"]);
    expect(rulesAt(9, { region: "eu-west-1" })).toEqual([]);
    expect(rulesAt(9)).toEqual([]);
  });

  test("are stored with its state", async () => {
    const { hosts } = createMemoryStores(() => START);
    await hosts.save(aState("web-07", { attributes: MACHINE }));
    expect((await hosts.load(["web-07"])).get("web-07")?.attributes).toEqual(MACHINE);
  });
});
