import type { ServerResponse } from "node:http";
import { messageOf } from "../errors.ts";
import type { Clock } from "../time.ts";
import { createAudience, eventText } from "./audience.ts";
import { changeOf, type createCamera, type Picture } from "./picture.ts";

interface LiveOptions {
  readonly camera: ReturnType<typeof createCamera>;
  /** Between two looks at the stores, in milliseconds. */
  readonly everyMs: number;
  readonly clock: Clock;
  /** Names this process: a client that finds another one loads the page again. */
  readonly run: string;
  readonly log: (line: string) => void;
}

/** Between two looks at least so many times as long as one takes: a large fleet is read less often. */
const REST = 3;

/** Tells every client what changes. The stores are read by one loop, and only while somebody looks. */
export function createLive({ camera, everyMs, clock, run, log }: LiveOptions) {
  let picture: Picture | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let closed = false;
  let trouble = "";

  const audience = createAudience(() => {
    // With nobody there the picture is not kept up to date from here on.
    if (audience.size() === 0) picture = undefined;
  });

  async function turn(): Promise<void> {
    if (looking || closed || audience.size() === 0) return;
    looking = true;
    const began = performance.now();
    try {
      show(await camera.take(clock()));
      trouble = "";
    } catch (error) {
      const message = messageOf(error);
      if (message !== trouble) log(`The page could not read the fleet: ${message}`);
      trouble = message;
      audience.tell(eventText("trouble", { message }));
    }
    looking = false;
    schedule(Math.max(everyMs, REST * (performance.now() - began)));
  }

  function schedule(delay: number): void {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void turn(), delay);
  }

  function show(next: Picture): void {
    const change = picture && changeOf(picture, next);
    if (picture === undefined) audience.tell(snapshot(next));
    else if (change) audience.tell(eventText("change", change));
    if (audience.size() > 0) picture = next;
  }

  function snapshot({ now, cards, summary, incidents }: Picture): string {
    return eventText("snapshot", { run, now, cards: [...cards.values()], summary, incidents: [...incidents.values()] });
  }

  return {
    /** Answers with the events until the client goes; false when too many are there already. */
    join(response: ServerResponse): boolean {
      const joined = !closed && audience.join(response, picture ? snapshot(picture) : "");
      if (joined && audience.size() === 1) schedule(0);
      return joined;
    },
    /** Looks as soon as can be: somebody has just changed something. */
    hurry(): void {
      camera.forget();
      schedule(0);
    },
    close(): void {
      closed = true;
      clearTimeout(timer);
      audience.close();
    },
  };
}
