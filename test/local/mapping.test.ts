import fc from "fast-check";
import { processBatch } from "../../lib/local/batch.ts";
import {
  begin,
  type Discard,
  expire,
  type MappedRecord,
  type MappingSettings,
  type Outcome,
  settle,
  type Work,
} from "../../lib/local/mapping.ts";

const SETTINGS: MappingSettings = {
  bisectOnError: true,
  reportBatchItemFailures: true,
  retryAttempts: 2,
  maxRecordAgeSeconds: -1,
};

const record = (name: string, arrival = 0): MappedRecord => ({ sequenceNumber: name, arrival });
const work = (names: string, failures = 0): Work<MappedRecord> => ({
  records: [...names].map((n) => record(n)),
  failures,
});
const names = (records: readonly MappedRecord[]) => records.map(({ sequenceNumber }) => sequenceNumber).join("");
const failed = (...identifiers: unknown[]): Outcome => ({
  kind: "returned",
  response: { batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) },
});
const returned = (response: unknown): Outcome => ({ kind: "returned", response });

/** A step in short: done, next with their failures, and the records given up. */
function shown(step: ReturnType<typeof settle<MappedRecord>>) {
  return {
    done: names(step.done),
    next: step.next.map((part) => `${names(part.records)}:${part.failures}`),
    ...(step.discarded && { discarded: `${names(step.discarded.records)} ${step.discarded.condition}` }),
  };
}

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html, "Success and failure conditions"
describe("settle", () => {
  const all = { done: "abcd", next: [] };
  const halves = { done: "", next: ["ab:0", "cd:0"] };
  test.each<[string, Outcome, object]>([
    ["no failures", failed(), all],
    ["an empty response", returned({}), all],
    ["no response", returned(undefined), all],
    ["a null response", returned(null), all],
    ["a null list", returned({ batchItemFailures: null }), all],
    ["a failure in the middle", failed("c"), { done: "ab", next: ["cd:0"] }],
    ["the lowest of several failures", failed("d", "b", "c"), { done: "a", next: ["bcd:0"] }],
    ["the first record", failed("a"), { done: "", next: ["abcd:1"] }],
    ["an empty identifier", failed(""), halves],
    ["a null identifier", failed(null), halves],
    ["an identifier that is not in the batch", failed("c", "x"), halves],
    ["a misspelt key", returned({ batchItemFailures: [{ itemIdentifer: "c" }] }), halves],
    ["a list that is none", returned({ batchItemFailures: "c" }), halves],
    ["a response that is no object", returned("ok"), halves],
    ["a thrown error", { kind: "threw" }, halves],
  ])("%s", (_, outcome, expected) => {
    expect(shown(settle(work("abcd"), outcome, SETTINGS))).toEqual(expected);
  });

  test("splits an odd batch, and splitting uses up no attempt", () => {
    expect(shown(settle(work("abc", 1), { kind: "threw" }, SETTINGS))).toEqual({ done: "", next: ["ab:1", "c:1"] });
  });

  test("without bisect a thrown error uses up an attempt of the whole batch", () => {
    const settings = { ...SETTINGS, bisectOnError: false };
    expect(shown(settle(work("ab", 1), { kind: "threw" }, settings))).toEqual({ done: "", next: ["ab:2"] });
  });

  test("without reported failures every returned value is success", () => {
    const settings = { ...SETTINGS, reportBatchItemFailures: false };
    expect(shown(settle(work("ab"), failed("a"), settings))).toEqual({ done: "ab", next: [] });
  });

  test("two retries make three invocations; then the record is given up", () => {
    const discarded = settle(work("a", 2), { kind: "threw" }, SETTINGS).discarded;
    expect(discarded).toEqual({ condition: "RetryAttemptsExhausted", records: [record("a")], invocations: 3 });
  });

  test("-1 retry attempts mean no limit", () => {
    const step = settle(work("a", 1_000_000), { kind: "threw" }, { ...SETTINGS, retryAttempts: -1 });
    expect(shown(step)).toEqual({ done: "", next: ["a:1000001"] });
  });
});

describe("expire", () => {
  const settings = { ...SETTINGS, maxRecordAgeSeconds: 10 };
  const [batch] = begin([record("a", 0), record("b", 4_999), record("c", 5_000)]);

  test("gives up the records at the front that are too old", () => {
    const step = expire(batch!, 15_000, settings);
    expect(step && shown(step)).toEqual({ done: "", next: ["c:0"], discarded: "ab RecordAgeExceeded" });
  });

  test.each([
    ["nothing is too old", 10_000, settings],
    ["the age has no limit", 1e15, SETTINGS],
  ])("leaves the batch alone when %s", (_, now, chosen) => {
    expect(expire(batch!, now, chosen)).toBeUndefined();
  });
});

/** The outcome of one invocation, picked for any batch. */
const behaviour = fc.oneof(
  fc.record({ kind: fc.constant("throw" as const) }),
  fc.record({ kind: fc.constant("fail" as const), at: fc.nat({ max: 30 }) }),
  fc.record({ kind: fc.constant("junk" as const), response: fc.anything() }),
  fc.record({ kind: fc.constant("succeed" as const) }),
);

describe("processBatch", () => {
  test("ends each record once and in order, whatever the function returns", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat({ max: 1e6 }), { maxLength: 20 }),
        fc.array(behaviour, { maxLength: 60 }),
        fc.boolean(),
        fc.nat({ max: 4 }),
        fc.integer({ min: -1, max: 30 }),
        async (arrivals, behaviours, bisectOnError, retryAttempts, maxRecordAgeSeconds) => {
          const records = arrivals.map((arrival, position) => record(`s${position}`, arrival));
          const ended: string[] = [];
          const checkpoints: string[] = [];
          let now = 0;
          let invocations = 0;
          const endUpTo = (last: string) => {
            while (ended.at(-1) !== last) ended.push(records[ended.length]!.sequenceNumber);
          };
          const finished = await processBatch(
            records,
            { bisectOnError, reportBatchItemFailures: true, retryAttempts, maxRecordAgeSeconds },
            {
              clock: () => (now += 500),
              async invoke(batch) {
                const chosen = behaviours[invocations++] ?? { kind: "throw" };
                // Always starts right after the checkpoint.
                expect(batch[0]!.sequenceNumber).toBe(`s${ended.length}`);
                if (chosen.kind === "throw") throw new Error("poison");
                if (chosen.kind === "junk") return chosen.response;
                if (chosen.kind === "succeed") return null;
                return { batchItemFailures: [{ itemIdentifier: batch[chosen.at % batch.length]!.sequenceNumber }] };
              },
              async discard(discard: Discard<MappedRecord>) {
                expect(discard.records.length).toBeGreaterThan(0);
              },
              async checkpoint(last) {
                checkpoints.push(last.sequenceNumber);
                endUpTo(last.sequenceNumber);
              },
              pause: async () => true,
            },
          );
          expect(finished).toBe(true);
          expect(ended).toEqual(records.map(({ sequenceNumber }) => sequenceNumber));
          expect(new Set(checkpoints).size).toBe(checkpoints.length);
          // No livelock: a tree of splits, and for each record its attempts before and after each cut.
          expect(invocations).toBeLessThanOrEqual(2 * records.length * (retryAttempts + 2));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a poison record delays no other record: the others are processed once and in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 64 }), fc.nat(), async (count, seed) => {
        const records = Array.from({ length: count }, (_, position) => record(`${position}`));
        const poison = records[seed % count]!;
        const processed: string[] = [];
        const given: MappedRecord[] = [];
        await processBatch(records, SETTINGS, {
          clock: () => 0,
          async invoke(batch) {
            if (batch.includes(poison)) throw new Error("poison");
            processed.push(...batch.map(({ sequenceNumber }) => sequenceNumber));
          },
          discard: async (discard) => void given.push(...discard.records),
          checkpoint: async () => undefined,
          pause: async () => true,
        });
        expect(given).toEqual([poison]);
        expect(processed).toEqual(records.filter((r) => r !== poison).map(({ sequenceNumber }) => sequenceNumber));
      }),
    );
  });

  test("stops at once when a pause asks for it", async () => {
    const checkpoints: MappedRecord[] = [];
    const finished = await processBatch([record("a"), record("b")], SETTINGS, {
      clock: () => 0,
      invoke: async () => ({ batchItemFailures: [{ itemIdentifier: "b" }] }),
      discard: async () => undefined,
      checkpoint: async (last) => void checkpoints.push(last),
      pause: async () => false,
    });
    expect({ finished, checkpoints: names(checkpoints) }).toEqual({ finished: false, checkpoints: "a" });
  });
});
