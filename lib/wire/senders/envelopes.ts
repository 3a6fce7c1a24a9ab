import { objectsIn, textIn, timeIn } from "./fields.ts";
import { hostIn, hostOfKey } from "./identity.ts";
import type { Fields, Refused } from "./point.ts";

/** A text within a document, with the document's facts about it. */
export interface Message {
  readonly text: string;
  readonly host: string | undefined;
  readonly time: unknown;
}

/** The texts that a document only carries: log events of CloudWatch Logs, the message of a log line. */
export function messagesIn(document: Fields): readonly Message[] | undefined {
  const { messageType, logEvents, logStream } = document;
  if (typeof messageType === "string" && Array.isArray(logEvents)) {
    // CloudWatch Logs sends control messages to see whether a stream can be reached.
    if (messageType !== "DATA_MESSAGE") return [];
    const host = typeof logStream === "string" ? hostOfKey(logStream) : undefined;
    return objectsIn(logEvents).map(({ message, timestamp }) => ({ text: String(message), host, time: timestamp }));
  }
  const text = messageOf(document);
  return text?.startsWith("{") ? [{ text, host: hostIn(document), time: timeIn(document) }] : undefined;
}

export const LOG_LINE: Refused = {
  problem: "a log line: send metrics only to this stream, for instance Vector's after metric_to_log",
};

export function isLogLine(document: Fields): boolean {
  return messageOf(document) !== undefined;
}

function messageOf({ message, log, msg }: Fields): string | undefined {
  return textIn(message) ?? textIn(log) ?? textIn(msg);
}
