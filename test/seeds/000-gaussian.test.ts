// Document 000: throughput and latency of servers, a Gaussian, and the epsilon with the best F1.
import { run } from "../cli/live.ts";
import { dataPath, testWithData } from "../data.ts";

// Numbers: numpy 2.4, population variance, p < epsilon.
testWithData("two features: epsilon 9.087601e-5 and F1 .875, and the document's scan of a thousand steps", async () => {
  const [train, validation] = ["train", "val"].map((part) => dataPath(`coursera/ex8data1.${part}.csv.gz`));
  const { out } = await run("fit", "--train", train ?? "", "--validation", validation ?? "", "--json");
  const { exact, scan, warning } = JSON.parse(out);
  expect(exact.epsilon.toExponential(6)).toBe("9.087601e-5");
  expect(exact.interval.map((p: number) => p.toExponential(9))).toEqual(["1.655345596e-5", "4.988957210e-4"]);
  expect(exact).toMatchObject({ f1: 0.875, precision: 1, recall: 7 / 9, flaggedTraining: 6 });
  expect(scan.epsilon.toExponential(6)).toBe("8.990853e-5");
  expect(scan).toMatchObject({ f1: 0.875, flaggedTraining: 6 });
  expect(warning).toBeUndefined();
});
