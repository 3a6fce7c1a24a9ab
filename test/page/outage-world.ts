import { openWorld, type PageWorld } from "./world.ts";

/** How many hosts each group of the fleet has. */
type Sizes = Readonly<Record<"web" | "db" | "cache", number>>;

interface Outage {
  readonly world: PageWorld;
  /** Lets a minute pass in which the trouble goes on, and begins at these hosts. */
  goOn(also?: readonly string[]): Promise<void>;
}

/** A fleet in which `down` hosts of group db are in trouble at once, web-02 by itself, and cache-01 is silent. */
export async function openOutage(sizes: Sizes, down: number): Promise<Outage> {
  const hosts = Object.entries(sizes).flatMap(([group, size]) =>
    Array.from({ length: size }, (_, i) => ({ host: `${group}-${String(i + 1).padStart(2, "0")}`, group })),
  );
  const faulty = hosts.flatMap(({ host, group }) => (group === "db" ? [host] : [])).slice(0, down);
  const sending = hosts.filter(({ host }) => host !== "cache-01");
  const world = await openWorld(Date.UTC(2026, 10, 24, 9));
  await world.pass(30, hosts);
  await world.pass(4, sending, ["web-02"]);
  const goOn = (also: readonly string[] = []) => world.pass(1, sending, ["web-02", ...faulty, ...also]);
  await goOn();
  await goOn();
  await goOn();
  await world.sweep();
  await goOn();
  await world.sweep();
  return { world, goOn };
}
