import { fitBands } from "../../lib/model/fit-bands.ts";
import { bytesOfJoint, jointOfBytes } from "../../lib/store/joint-bytes.ts";
import { historyOf, MINUTE } from "../model/band-history.ts";

const joint = fitBands(
  historyOf(
    { days: 4, interval: 5 * MINUTE },
    (_, minute) => minute % 7,
    (day, minute) => (minute % 11) + day,
  ),
  ["a", "b"],
  "UTC",
).joint!;

test("a joint score reads back unchanged", () => {
  expect(jointOfBytes(bytesOfJoint(joint), 2)).toEqual(joint);
});

test.each([
  ["of another number of metrics", bytesOfJoint(joint), 3],
  ["that are cut off", bytesOfJoint(joint).subarray(0, -1), 2],
  ["of which a number is not finite", bytesOfJoint({ ...joint, mean: joint.mean.with(0, Number.NaN) }), 2],
  ["of which a deviation is zero", bytesOfJoint({ ...joint, deviation: joint.deviation.with(0, 0) }), 2],
  ["of which a limit equals the usual score", bytesOfJoint({ ...joint, limit: joint.limit.with(0, joint.usual) }), 2],
])("bytes %s are an error", (_, bytes, metrics) => {
  expect(() => jointOfBytes(bytes, metrics)).toThrow(RangeError);
});
