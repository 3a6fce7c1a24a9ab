// Whether the time of a row was there before, with a bounded memory.
import fc from "fast-check";
import { createSeenTimes } from "../../lib/rows/seen-times.ts";

const times = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat(30)), { maxLength: 80 });

test("within the limit every time that a host had before is repeated, and no other", () => {
  fc.assert(
    fc.property(times, (rows) => {
      const seen = createSeenTimes(1_000);
      rows.forEach(([host, time], i) => {
        const isRepeated = rows.slice(0, i).some((row) => row[0] === host && row[1] === time);
        expect(seen.add(host, time)).toBe(isRepeated ? "repeated" : "new");
      });
    }),
  );
});

test("beyond the limit a repeated time is never called new, and a later one than all always is", () => {
  fc.assert(
    fc.property(times, fc.integer({ min: 4, max: 12 }), (rows, limit) => {
      const seen = createSeenTimes(limit);
      rows.forEach(([host, time], i) => {
        const before = rows.slice(0, i).flatMap((row) => (row[0] === host ? [row[1]] : []));
        const said = seen.add(host, time);
        if (before.includes(time)) expect(said).not.toBe("new");
        else if (time > Math.max(-1, ...before)) expect(said).toBe("new");
        else expect(said).not.toBe("repeated");
      });
    }),
  );
});
