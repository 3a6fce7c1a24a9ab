import { cardOf, summaryOf } from "../../lib/page/cards.ts";
import { aState } from "../contract/examples.ts";

const verdict = { score: 0, epsilon: 7, baseline: { owner: "host#web-07", version: 3 } };

test("a host whose first sample still waits for its rest has no wrong clock", () => {
  const clockOf = (newest: number) => cardOf(aState("web-07", { newest, arrived: 1_795_356_000_000 })).clock;
  expect([0, 1_795_350_000_000].map(clockOf)).toEqual([undefined, "behind"]);
});

test("the card of a host without judged samples says why, and is neither normal nor learning", () => {
  const misnamed = aState("web-07", { verdict, unjudged: { since: 0 } });
  const unread = aState("web-08", { unread: { since: 1, reason: "no value is a number: cpu is null" } });
  const normal = aState("web-09", { verdict });
  expect([misnamed, unread, normal].map(cardOf)).toMatchObject([
    { status: "unjudged", unjudged: "its baseline host#web-07 has none of its metrics" },
    { status: "unjudged", unjudged: "none of its records can be used: no value is a number: cpu is null" },
    { status: "normal", unjudged: undefined },
  ]);
  expect(summaryOf([misnamed, unread, normal], new Map(), 2)).toMatchObject({ hosts: 3, unjudged: 2, learning: 0 });
});

test("a host that learns says until when, at the pace of its samples so far", () => {
  // 21 samples in 200 s: one each 10 s, so the other 39 of 60 take 390 s.
  const learning = aState("web-07", { seen: 21, since: 1_000, newest: 201_000 });
  expect(cardOf(learning).learnt).toEqual({ samples: 21, needed: 60, until: 591_000 });
  expect(cardOf(aState("web-08", { seen: 1, since: 1_000, newest: 1_000 })).learnt).toEqual({ samples: 1, needed: 60 });
});
