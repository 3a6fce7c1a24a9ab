import { setMaxListeners } from "node:events";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { backoffMs, type Sleep } from "../backoff.ts";
import { messageOf } from "../errors.ts";
import { isObject, parseJson } from "../json.ts";
import { replaceFile } from "./files.ts";
import { MESSAGE, type Message } from "./message.ts";
import { fileName, type Sink } from "./sinks.ts";

/**
 * Attempts to deliver a message to a sink. If each fails at once, the 33 waits take 64 min in the median, and 2 h 9 min
 * at most: a mail server restarts, a network is repaired. SNS tries a mail server for six hours
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html).
 */
const ATTEMPTS_MAX = 34;
const RETRY = { baseMs: 1_000, capMs: 300_000 };
/** After so many, 16 s in the median, the console names the failure: people can repair it before the twin gives up. */
const ATTEMPTS_QUIET = 6;
/** A webhook that takes the message and answers too late gets no more copies than this. */
const TIMEOUTS_MAX = 6;
/**
 * Messages that wait longer for a sink, each of them in memory: more than six a minute, as many as the allowances let
 * out, for 64 min. One more is given up.
 */
const WAITING_MAX = 500;
/** How long closing waits for current deliveries. */
const CLOSE_GRACE_MS = 2_000;

export interface TopicOptions {
  readonly sinks: readonly Sink[];
  /** Called with every accepted message, without retries. */
  readonly onMessage: (message: Message) => void;
  /** Folder for messages accepted and not yet delivered, so that a killed process loses none. Absent: memory. */
  readonly spool?: string;
  readonly sleep: Sleep;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

export type Topic = Awaited<ReturnType<typeof openTopic>>;

/** The topic: accepts messages and delivers them to every sink, beginning with those that the spool still holds. */
export async function openTopic(options: TopicOptions) {
  const stopping = new AbortController();
  // Each delivery that waits listens to the signal.
  setMaxListeners(0, stopping.signal);
  const inHand = new Set<Promise<void>>();
  const run: Run = { signal: stopping.signal, waiting: new Set() };

  function start(work: Work): void {
    const delivery = deliver(work, options, run).catch((error: unknown) =>
      options.log(`Message ${work.message.id} to ${work.sink.name}: ${messageOf(error)}`),
    );
    inHand.add(delivery);
    void delivery.then(() => inHand.delete(delivery));
  }

  for (const work of await spooled(options)) start(work);
  return {
    subscriptions: options.sinks,
    /** Resolves when the message is accepted. Each sink that wants it then gets it, or its failure is logged. */
    async publish(message: Message): Promise<void> {
      const sinks = options.sinks.filter(({ wants }) => wants === undefined || wants(message));
      const works: Work[] = [];
      for (const sink of sinks) works.push({ message, sink, copy: await spool(message, sink, options) });
      show(message, options);
      for (const work of works) start(work);
    },
    async close(): Promise<void> {
      await Promise.race([Promise.all(inHand), options.sleep(CLOSE_GRACE_MS, stopping.signal)]);
      stopping.abort();
      await Promise.all(inHand);
    },
  };
}

function show(message: Message, { onMessage, log }: TopicOptions): void {
  try {
    onMessage(message);
  } catch (error) {
    log(`Message ${message.id} could not be shown: ${messageOf(error)}`);
  }
}

/** A message for a sink. */
interface Work {
  readonly message: Message;
  readonly sink: Sink;
  /** The file that keeps it until it is delivered; absent: only memory does. */
  readonly copy: string | undefined;
}

/** What the deliveries of one topic share. */
interface Run {
  /** Aborted once the topic closes. */
  readonly signal: AbortSignal;
  /** Those that failed several times and are tried again. */
  readonly waiting: Set<Work>;
}

async function deliver(work: Work, options: TopicOptions, run: Run): Promise<void> {
  const { copy } = work;
  const reason = await attempts(work, options, run).finally(() => run.waiting.delete(work));
  if (reason !== undefined && run.signal.aborted && copy !== undefined) return;
  if (reason !== undefined) options.log(failure(work, reason));
  if (copy !== undefined) await rm(copy, { force: true });
}

function failure({ message, sink }: Work, reason: string): string {
  return `Message "${message.subject ?? message.id}" did not reach ${sink.name} (${sink.endpoint}): ${reason}`;
}

/** Undefined once the message arrived, otherwise the reason of the last failure. */
async function attempts(work: Work, { sleep, random, log }: TopicOptions, { signal, waiting }: Run) {
  const { message, sink } = work;
  let reason = "the twin was closed before it was sent";
  let timeouts = 0;
  for (let failures = 1; failures <= ATTEMPTS_MAX && !signal.aborted; failures++) {
    try {
      await untilAborted(sink.deliver(message, signal), signal);
      return undefined;
    } catch (error) {
      reason = messageOf(error);
      if (isObject(error) && error.name === "TimeoutError" && ++timeouts === TIMEOUTS_MAX) return reason;
    }
    if (failures === ATTEMPTS_QUIET && !signal.aborted) {
      if (countFor(sink, waiting) >= WAITING_MAX) return `${reason} (${WAITING_MAX} other messages wait for it)`;
      waiting.add(work);
      log(`${failure(work, reason)}; the twin tries again for about an hour`);
    }
    if (failures < ATTEMPTS_MAX) await sleep(backoffMs(failures, random, RETRY), signal);
  }
  return reason;
}

function countFor(sink: Sink, works: ReadonlySet<Work>): number {
  return [...works].filter((work) => work.sink === sink).length;
}

/** Not every sink can be interrupted: a delivery that goes on after the signal is abandoned. */
function untilAborted(delivery: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error("the twin was closed before it arrived"));
    signal.addEventListener("abort", abort);
    delivery.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** A message that cannot be kept is still sent: an alert matters more than its copy. */
async function spool(message: Message, sink: Sink, { spool: folder, log }: TopicOptions): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const path = join(folder, `${fileName(message)}.${sink.name}.json`);
  try {
    await replaceFile(path, JSON.stringify(message));
    return path;
  } catch (error) {
    log(`Messages cannot be kept in ${folder} (${messageOf(error)}): one that waits is lost if the twin is killed`);
    return undefined;
  }
}

/** Messages that an earlier run accepted and did not deliver. */
async function spooled({ spool: folder, sinks, log }: TopicOptions): Promise<readonly Work[]> {
  if (folder === undefined) return [];
  const found: Work[] = [];
  for (const name of await filesIn(folder, log)) {
    const copy = join(folder, name);
    const sink = sinks.find((candidate) => name.endsWith(`.${candidate.name}.json`));
    const message = v.safeParse(MESSAGE, parseJson(await readFile(copy, "utf8").catch(() => "")));
    if (message.success && sink) found.push({ message: message.output, sink, copy });
    else log(`${copy} is left: ${message.success ? "its way of delivery is not set up" : "it is no message"}`);
  }
  return found;
}

async function filesIn(folder: string, log: (line: string) => void): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
  } catch (error) {
    log(`${folder} cannot be read (${messageOf(error)}): make it a folder that this user may read and write`);
    return [];
  }
}
