// Any valid values of a host lead to a state that can be stored: a host's record must not hold its shard up.
import fc from "fast-check";
import { DETECTORS } from "../../lib/model/detector.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { fitMemoryless } from "../../lib/model/fit-memoryless.ts";
import { fitReconstruction } from "../../lib/model/fit-reconstruction.ts";
import { itemsOfVersion } from "../../lib/store/baseline-item.ts";
import { accepted } from "../../lib/store/formats.ts";
import { hostOfItem, itemOfHost } from "../../lib/store/host-item.ts";
import { attributesOfIncident, incidentKey, incidentOfItem } from "../../lib/store/incident-item.ts";
import { fold } from "../../lib/watch/fold.ts";
import { VALUE_MAX } from "../../lib/wire/limits.ts";
import { aReport } from "../contract/examples.ts";
import { arrived, baseline, part, START, state, timeOf } from "../factories.ts";

const NAMES = ["cpu_percent", "requests"];
const ROWS = 90;

const value = fc.oneof(
  fc.constantFrom(0, 1e-90, -1e-90, 1e-9, 1, 100, 1e15, VALUE_MAX, -VALUE_MAX, 5e-324),
  fc.double({ min: -VALUE_MAX, max: VALUE_MAX, noNaN: true }),
);
const row = fc.tuple(value, value);
/** A history is calm around a few values, or anything at all. */
const history = fc.oneof(
  fc
    .array(row, { minLength: 1, maxLength: 3 })
    .map((rows) => Array.from({ length: ROWS }, (_, i) => rows[i % rows.length]!)),
  fc.array(row, { minLength: ROWS, maxLength: ROWS }),
);

function modelOf(
  detector: (typeof DETECTORS)[number],
  rows: readonly (readonly number[])[],
  covariance: "diagonal" | "full",
) {
  const values = Float64Array.from(rows.flat());
  const times = Float64Array.from(rows, (_, i) => START - (rows.length - i) * 60_000);
  const history = { metrics: NAMES.length, values, times, excluded: new Uint8Array(rows.length) };
  if (detector === "bands") return fitBands(history, NAMES, "UTC");
  if (detector === "reconstruction") return fitReconstruction(history);
  return fitMemoryless(detector, values, NAMES.length, { covariance, seed: 1 });
}

test.each(
  DETECTORS.flatMap((detector) => (["diagonal", "full"] as const).map((covariance) => [detector, covariance] as const)),
)(
  "under %s (%s) any history and any samples leave a state and incidents that can be stored and read again",
  (detector, covariance) => {
    fc.assert(
      fc.property(history, fc.array(row, { minLength: 8, maxLength: 8 }), (learnt, rows) => {
        let model: ReturnType<typeof modelOf>;
        try {
          model = modelOf(detector, learnt, covariance);
        } catch (error) {
          // The refit refuses such a history, with this reason.
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        const judge = { ...baseline({ names: NAMES }), model, version: 1 };
        itemsOfVersion(aReport(judge.owner, 1), judge);
        const samples = part({ names: NAMES, rows, times: rows.map((_, i) => timeOf(6 * i)) });
        const folded = fold(state(), judge, [arrived(samples)]);
        const { host, newest } = accepted(hostOfItem(itemOfHost(folded.state)));
        expect({ host, newest }).toEqual({ host: "web-07", newest: timeOf(42) });
        for (const incident of folded.incidents) {
          const item = { ...incidentKey(incident.host, incident.opened), ...attributesOfIncident(incident) };
          expect(accepted(incidentOfItem(item))).toEqual(incident);
        }
      }),
      { numRuns: 300 },
    );
  },
);
