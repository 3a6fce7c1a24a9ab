// Every scenario runs through the handlers, tables and topic of the twin; people get exactly its messages, in order.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scenarioTable } from "../../lib/demo/scenario-table.ts";
import { SCENARIOS } from "../../lib/demo/scenarios.ts";
import { createStage, type Told } from "../../lib/demo/stage.ts";
import { bodyFor } from "../../lib/local/message.ts";

const play = createStage(1);
const results: { scenario: (typeof SCENARIOS)[number]; told: readonly Told[] }[] = [];

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  "%s sends the messages it promises, which name the trouble if that is certain",
  async (_, scenario) => {
    const told: Told[] = [];
    await play(scenario, (one) => told.push(one));
    results.push({ scenario, told });
    expect(told.map(({ news }) => news)).toEqual(scenario.told);
    const named = told.flatMap(({ message }) => JSON.parse(bodyFor(message, "https")).looksLike ?? []);
    expect([...new Set(named)]).toEqual(scenario.looksLike ? [scenario.looksLike] : []);
  },
  120_000,
);

test("the table in the docs shows the messages", () => {
  const page = readFileSync(join(__dirname, "../../docs/scenarios.md"), "utf8");
  expect(page).toContain(scenarioTable(results));
});
