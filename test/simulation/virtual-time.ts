/** Far more wake-ups than the longest world needs: a world that needs more is in an endless loop. */
const WAKE_UPS_MAX = 1_000_000;

/** Time that passes only when everything waits: it wakes the earliest sleeper, and the next one when all is quiet. */
export class VirtualTime {
  #now: number;
  #wakeUps = 0;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.#now;
  }

  /** Sleepers with the same wake-up time wake in the order in which they fell asleep. */
  sleep(ms: number): Promise<void> {
    const at = this.#now + ms;
    return new Promise((wake) => {
      let place = this.#sleepers.length;
      while (place > 0 && this.#sleepers[place - 1]!.at > at) place--;
      this.#sleepers.splice(place, 0, { at, wake });
    });
  }

  async sleepUntil(at: number): Promise<void> {
    if (at > this.#now) await this.sleep(at - this.#now);
  }

  /** Lets time pass until the work is done. */
  async run(work: Promise<void>): Promise<void> {
    let ended = false;
    const watched = work.finally(() => {
      ended = true;
    });
    watched.catch(() => {});
    for (await quiet(); !ended; await quiet()) {
      const next = this.#sleepers.shift();
      if (!next) throw new Error("deadlock: everybody waits, but not for time");
      if (++this.#wakeUps > WAKE_UPS_MAX) throw new Error("livelock: the world does not come to an end");
      this.#now = next.at;
      next.wake();
    }
    await watched;
  }
}

/** Resolves when all work that need not wait for time has run. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
