import { cached } from "../lib/secret.ts";

/** A value that is read by `read`, the number of reads, and the time. */
function opened(read: () => Promise<string>) {
  const world = { now: 0, reads: 0 };
  const value = cached(
    () => {
      world.reads++;
      return read();
    },
    () => world.now,
  );
  return { world, value };
}

test("a cached value is read once in five minutes, however many callers ask at once", async () => {
  const { world, value } = opened(async () => "secret");
  expect(await Promise.all([value(), value()])).toEqual(["secret", "secret"]);
  world.now = 299_999;
  await value();
  expect(world.reads).toBe(1);
  world.now = 300_000;
  await value();
  expect(world.reads).toBe(2);
});

test("a value that cannot be read is read again after a minute", async () => {
  let broken = true;
  const { world, value } = opened(async () => {
    if (broken) throw new Error("no network");
    return "secret";
  });
  await expect(value()).rejects.toThrow("no network");
  broken = false;
  world.now = 59_999;
  await expect(value()).rejects.toThrow("no network");
  expect(world.reads).toBe(1);
  world.now = 60_000;
  expect(await value()).toBe("secret");
});
