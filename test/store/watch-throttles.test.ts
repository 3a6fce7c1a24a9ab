// DynamoDB behind an edge that throttles, as a table does that is out of capacity.
import { createStores } from "../../lib/store/aws.ts";
import { aState } from "../contract/examples.ts";
import { startDynalite } from "./dynalite.ts";
import { startEdge } from "./throttling-edge.ts";

let dynalite: Awaited<ReturnType<typeof startDynalite>>;
let edge: Awaited<ReturnType<typeof startEdge>>;

beforeAll(async () => {
  dynalite = await startDynalite();
  edge = await startEdge(dynalite.env);
});
afterAll(async () => {
  await edge.stop();
  await dynalite.stop();
});

function openStores() {
  let throttles = 0;
  const stores = createStores(edge.env, Date.now, Math.random, undefined, () => throttles++);
  return { stores, throttles: () => throttles };
}

test("a call that DynamoDB throttles is repeated until it succeeds, and each throttle is counted", async () => {
  const { stores, throttles } = openStores();
  let left = 2;
  edge.throttle(() => left-- > 0);
  expect(await stores.hosts.save(aState("web-07"))).toMatchObject({ host: "web-07", revision: 1 });
  expect(throttles()).toBe(2);
  left = 1;
  expect((await stores.hosts.load(["web-07"])).size).toBe(1);
  expect(throttles()).toBe(3);
  stores.close();
});

test("a call that DynamoDB goes on throttling fails after four attempts", async () => {
  const { stores, throttles } = openStores();
  edge.throttle(() => true);
  await expect(stores.hosts.save(aState("web-08"))).rejects.toMatchObject({
    name: "ProvisionedThroughputExceededException",
  });
  expect(throttles()).toBe(4);
  edge.throttle(() => false);
  expect((await stores.hosts.load(["web-08"])).size).toBe(0);
  stores.close();
});
