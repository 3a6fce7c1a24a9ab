import { causeQuality, rankMetrics } from "../../lib/evaluate/cause-quality.ts";

const contributions = (rows: readonly (readonly number[])[]) => (row: number) => Float64Array.from(rows[row] ?? []);

/** The quality for one event of one row, whose metrics contribute in the order of the ranking. */
const qualityOf = (ranking: readonly number[], dims: readonly number[]) => {
  const contributed = new Float64Array(8);
  for (const [place, dim] of ranking.entries()) contributed[dim] = 9 - place;
  return causeQuality([{ first: 0, last: 0, dims }], () => contributed);
};

test("metrics rank by their highest contribution within the event", () => {
  const of = contributions([
    [90, 90, 90],
    [1, 5, 2],
    [4, 0, 2],
    [90, 90, 90],
  ]);
  expect(rankMetrics({ first: 1, last: 2 }, of)).toEqual([
    { dim: 1, contribution: 5 },
    { dim: 0, contribution: 4 },
    { dim: 2, contribution: 2 },
  ]);
});

// True causes: 2, 4, 7. Ranking: 4, 0, 2, 7. Two of the top three are true, and three of the top four.
test("a ranking against the true causes, by hand", () => {
  const gain = [1, 1 / Math.log2(3), 1 / 2];
  expect(qualityOf([4, 0, 2, 7, 1], [2, 4, 7])).toEqual({
    hit100: 2 / 3,
    hit150: 1,
    ndcg: (gain[0]! + gain[2]!) / (gain[0]! + gain[1]! + gain[2]!),
    top1: 1,
    top3: 1,
  });
});

test("hit150 takes half as many again, rounded down: the top three for two causes", () => {
  expect(qualityOf([5, 6, 2, 4], [2, 4])).toMatchObject({ hit100: 0, hit150: 1 / 2 });
});

test("a single cause counts only in first place, for ndcg too", () => {
  expect(qualityOf([3, 1, 2], [1])).toEqual({ hit100: 0, hit150: 0, ndcg: 0, top1: 0, top3: 1 });
});

test("the quality is the mean over events; events without a known cause are left out", () => {
  const of = contributions([
    [9, 1, 0, 0],
    [0, 9, 1, 8],
    [1, 1, 1, 1],
  ]);
  const events = [
    { first: 0, last: 0, dims: [0] },
    { first: 1, last: 1, dims: [0] },
    { first: 2, last: 2, dims: [] },
  ];
  expect(causeQuality(events, of)).toEqual({ hit100: 0.5, hit150: 0.5, ndcg: 0.5, top1: 0.5, top3: 0.5 });
  expect(causeQuality(events.slice(2), of)).toBeUndefined();
});
