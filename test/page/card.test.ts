import { cardOf, summaryOf } from "../../lib/page/cards.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { aState } from "../contract/examples.ts";

const verdict = { score: 0, epsilon: 7, baseline: { owner: "host#web-07", version: 3 } };

const NOW = 1_795_356_000_000;

test("a host is off until it should be back, and then as before until a sweep finds it silent", () => {
  const state = aState("web-07", { verdict, arrived: NOW, interval: 60_000, backBy: NOW + 3_600_000 });
  const statusAfter = (minutes: number) => cardOf(state, NOW + minutes * 60_000).status;
  expect([3, 4, 60, 61].map(statusAfter)).toEqual(["normal", "off", "off", "normal"]);
  expect(summaryOf([state], new Map(), NOW + 240_000)).toMatchObject({ hosts: 1, off: 1, silent: 0 });
});

test("a card says how far a clock is wrong, and whether the scorer corrects its times", () => {
  const clockOf = (fields: Partial<HostState>) => cardOf(aState("web-07", { arrived: NOW, ...fields }), NOW).clock;
  const corrected = (offset: number) => ({ newest: NOW, clock: { corrections: [{ offset, after: NOW - 60_000 }] } });
  // A host whose first sample still waits for its rest has no newest one.
  expect([{ newest: 0 }, { newest: NOW }].map(clockOf)).toEqual([undefined, undefined]);
  expect([corrected(7_500_000), corrected(-600_000), { newest: NOW - 6_000_000 }].map(clockOf)).toEqual([
    "2 h 5 min behind: the scorer corrects its times",
    "10 min ahead: the scorer corrects its times",
    "1 h 40 min behind: its samples open no incidents",
  ]);
});

test("the card of a host without judged samples says why, and is neither normal nor learning", () => {
  const misnamed = aState("web-07", { verdict, unjudged: { since: 0 } });
  const unread = aState("web-08", { unread: { since: 1, reason: "no value is a number: cpu is null" } });
  const normal = aState("web-09", { verdict });
  expect([misnamed, unread, normal].map((state) => cardOf(state, 2))).toMatchObject([
    { status: "unjudged", unjudged: "its baseline host#web-07 has none of its metrics" },
    { status: "unjudged", unjudged: "none of its records can be used: no value is a number: cpu is null" },
    { status: "normal", unjudged: undefined },
  ]);
  expect(summaryOf([misnamed, unread, normal], new Map(), 2)).toMatchObject({ hosts: 3, unjudged: 2, learning: 0 });
});

test("a host that learns says until when, at the pace of its samples so far", () => {
  // 21 samples in 200 s: one each 10 s, so the other 39 of 60 take 390 s.
  const learning = aState("web-07", { seen: 21, since: 1_000, newest: 201_000 });
  expect(cardOf(learning, 201_000).learnt).toEqual({ samples: 21, needed: 60, until: 591_000 });
  const first = aState("web-08", { seen: 1, since: 1_000, newest: 1_000 });
  expect(cardOf(first, 1_000).learnt).toEqual({ samples: 1, needed: 60 });
});
