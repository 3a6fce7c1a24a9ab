import { DEFAULT_SETTINGS, parseSettings } from "../../lib/learn/settings.ts";

test.each([undefined, "", "{}"])("without settings (%j) every group has the default ones", (json) => {
  expect(parseSettings(json)("web")).toEqual({
    detector: "fused",
    covariance: "diagonal",
    epsilon: 7,
    windowDays: 30,
    seed: 0,
  });
});

test("a group's own settings go before those of every group, and these before the default", () => {
  const settings = parseSettings(
    '{"db":{"detector":"gaussian","covariance":"full","windowDays":14},"*":{"sensitivity":"quiet","seed":7}}',
  );
  expect(settings("web")).toEqual({ ...DEFAULT_SETTINGS, epsilon: 10, seed: 7 });
  expect(settings("db")).toEqual({ detector: "gaussian", covariance: "full", epsilon: 10, windowDays: 14, seed: 7 });
});

test.each([
  ["sensitive", 5],
  ["normal", 7],
  ["quiet", 10],
])("%s is an epsilon of %d", (sensitivity, epsilon) => {
  expect(parseSettings(JSON.stringify({ web: { sensitivity } }))("web").epsilon).toBe(epsilon);
});

test.each(["fused", "gaussian", "zscore", "iforest"])("%s can be chosen", (detector) => {
  expect(parseSettings(JSON.stringify({ web: { detector } }))("web").detector).toBe(detector);
});

test.each([
  [{ windowDays: 1 }, { windowDays: 1 }],
  [{ windowDays: 30 }, { windowDays: 30 }],
  [{ seed: 0 }, { seed: 0 }],
  [{ seed: 4_294_967_295 }, { seed: 4_294_967_295 }],
])("%j is within its limits", (given, expected) => {
  expect(parseSettings(JSON.stringify({ web: given }))("web")).toMatchObject(expected);
});

test.each<[unknown, string]>([
  [[], "settings of the detector: expected an object of groups"],
  [7, "settings of the detector: expected an object of groups"],
  [{ web: "fused" }, "settings of the detector, web: expected an object"],
  [
    { web: { detektor: "fused" } },
    "settings of the detector, web.detektor: unknown: use detector, covariance, sensitivity, windowDays, seed",
  ],
  [
    { web: { detector: "gauss" } },
    'settings of the detector, web.detector: "gauss": use fused, gaussian, zscore, iforest',
  ],
  [{ web: { covariance: 1 } }, "settings of the detector, web.covariance: 1: use diagonal, full"],
  [{ "*": { sensitivity: 8 } }, "settings of the detector, *.sensitivity: 8: use sensitive, normal, quiet"],
  [{ web: { windowDays: 0 } }, "settings of the detector, web.windowDays: 0: use a whole number from 1 to 30"],
  [{ web: { windowDays: 31 } }, "settings of the detector, web.windowDays: 31: use a whole number from 1 to 30"],
  [{ web: { windowDays: 1.5 } }, "settings of the detector, web.windowDays: 1.5: use a whole number from 1 to 30"],
  [{ web: { seed: "x" } }, 'settings of the detector, web.seed: "x": use a whole number from 0 to 4294967295'],
  [{ web: { seed: -1 } }, "settings of the detector, web.seed: -1: use a whole number from 0 to 4294967295"],
  [
    Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`g${i}`, {}])),
    "settings of the detector: 1001 groups: at most 1000",
  ],
])("what cannot be meant is refused with its path and what it may be: %#", (document, message) => {
  expect(() => parseSettings(JSON.stringify(document))).toThrow(new Error(message));
});

test("what is no JSON is refused", () => {
  expect(() => parseSettings("{web}")).toThrow(/^settings of the detector: .*JSON/);
});
