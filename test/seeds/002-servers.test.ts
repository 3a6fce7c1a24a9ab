// Document 002: eleven features, a thousand rows to learn from, a hundred labelled ones.
import { run } from "../cli/live.ts";
import { dataPath, testWithData } from "../data.ts";

// Numbers: numpy 2.4, population variance, p < epsilon. test/cli/import.test.ts reads the same rows as bare arrays.
testWithData("the scan's epsilon and F1, 117 of 1000 training rows, and a warning about so many", async () => {
  const [train, validation] = ["train", "val"].map((part) => dataPath(`coursera/ex8data2.${part}.csv.gz`));
  const { out } = await run("fit", "--train", train ?? "", "--validation", validation ?? "", "--json");
  const { exact, scan, warning } = JSON.parse(out);
  expect(scan.epsilon.toExponential(6)).toBe("1.377229e-18");
  expect([scan.f1.toFixed(6), scan.flaggedTraining]).toEqual(["0.615385", 117]);
  expect(exact).toMatchObject({ f1: 0.75, precision: 1, recall: 0.6, flaggedTraining: 8 });
  expect(warning).toMatch(/^the scan's epsilon flags 117 of 1000 training rows \(11.7 %\)/);
});
