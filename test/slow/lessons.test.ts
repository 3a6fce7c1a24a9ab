import { readFile } from "node:fs/promises";
import { lessonTable, playLessons } from "../../lib/demo/lessons.ts";

test("a label false makes its own fault quiet and hides no other; docs/alerts.md has the table", async () => {
  const lessons = await playLessons(1);
  expect(lessons.filter(({ before, afterAnother }) => before !== afterAnother)).toEqual([]);
  expect(lessons.filter(({ before, afterOwn }) => !before || afterOwn)).toEqual([]);
  expect(await readFile("docs/alerts.md", "utf8")).toContain(lessonTable(lessons));
}, 600_000);
