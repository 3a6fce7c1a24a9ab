// Senders that write local time without its zone, which is read as UTC.
import { statusOf } from "../../lib/cli/host-status.ts";
import { examine } from "../../lib/doctor/examine.ts";
import { render } from "../../lib/notify/render.ts";
import { correctionOf } from "../../lib/watch/clock.ts";
import { fold } from "../../lib/watch/fold.ts";
import { type HostState, newHost } from "../../lib/watch/state.ts";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { START } from "../factories.ts";
import { CONTEXT, clocksWrong } from "../notify/example.ts";

const MINUTE = 60_000;

/** Eight records, one a minute, whose local times lie this many minutes off UTC. */
function afterRecordsOff(minutes: number) {
  const schemas = new Schemas();
  let state = newHost("web-07", "web");
  for (let n = 0; n < 8; n++) {
    const arrival = START + n * MINUTE + 2_000;
    const time = new Date(START + (n + minutes) * MINUTE).toISOString().replace("Z", "");
    const bytes = Buffer.from(JSON.stringify({ host: "web-07", group: "web", time, metrics: { cpu: n } }));
    const arrived = decodeRecord(bytes, arrival, schemas, { partitionKey: "web-07" }).parts.map((part) => ({
      part,
      arrival,
    }));
    state = fold(state, undefined, arrived).state;
  }
  return state;
}

/** The e-mail about the host's wrong clock. */
function emailAbout({ host, group, clock }: HostState): string {
  const { offset } = correctionOf(clock)!;
  return render(clocksWrong({ clocks: [{ host, group, offset }], clocksInAll: 1 }), CONTEXT).email;
}

test.each([
  [120, "2 h ahead"],
  [-300, "5 h behind"],
  [345, "5 h 45 min ahead"],
])("local time %d minutes off UTC is said, and its samples are taken at their arrival", (minutes, words) => {
  const state = afterRecordsOff(minutes);
  const now = START + 8 * MINUTE;
  const found = examine({ hosts: [state], rejected: [], refusals: [] }, now).filter(({ cause }) => cause === "clock");
  const said = `${words}, which looks like local time without a zone`;
  expect(found.map(({ what }) => what)).toEqual([`web-07: the clock is ${said}.`]);
  expect(statusOf(state, now).clock).toBe(`${said}: the scorer corrects its times`);
  const email = emailAbout(state);
  expect(email).toContain(`  web-07   web     ${said}\n`);
  expect(email).toContain("Looks like local time? Let the sender write UTC");
  expect(state.seen).toBe(8);
  expect(Math.abs(state.newest - (START + 7 * MINUTE))).toBeLessThan(5_000);
});

test("a clock that is off by no zone is only said to be wrong", () => {
  const state = afterRecordsOff(127);
  const now = START + 8 * MINUTE;
  const [found] = examine({ hosts: [state], rejected: [], refusals: [] }, now).filter(({ cause }) => cause === "clock");
  expect(found!.what).toBe("web-07: the clock is 2 h 6 min ahead.");
  expect(statusOf(state, now).clock).not.toContain("zone");
  expect(emailAbout(state)).not.toMatch(/zone|Looks like/);
});
