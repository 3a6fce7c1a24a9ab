import { CORPUS } from "./corpus.ts";
import { readSamples } from "./reading.ts";

test.each(CORPUS.map((example) => [example.shape, example] as const))("%s", (_, example) => {
  const { record, key, samples, problems = [], replaced = 0 } = example;
  expect(readSamples(record, key)).toEqual({ samples, problems, replaced });
});

test("the corpus has at least 45 shapes", () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(45);
});
