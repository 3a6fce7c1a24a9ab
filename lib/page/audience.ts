import type { ServerResponse } from "node:http";

/** Tabs of one person, and then some. */
const CLIENTS_MAX = 32;
/** A client that does not read for so long gets a whole picture when it comes back. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;
/** Something is sent this often, so that both ends notice when the other has gone. */
const BEAT_MS = 15_000;

/** Everybody who follows by server-sent events; `onLeave` is called after one has gone. */
export function createAudience(onLeave: () => void) {
  const clients = new Set<ServerResponse>();
  const beat = setInterval(() => {
    for (const client of clients) client.write(": still here\n\n");
  }, BEAT_MS);
  beat.unref();
  return {
    size: () => clients.size,
    /**
     * Answers with the events, beginning with `first`, until the client goes; false when there are too many already.
     */
    join(response: ServerResponse, first: string): boolean {
      if (clients.size >= CLIENTS_MAX) return false;
      response.writeHead(200, { "content-type": "text/event-stream" });
      // A client that lost the connection comes back after a second.
      response.write(`retry: 1000\n\n${first}`);
      clients.add(response);
      response.on("close", () => {
        clients.delete(response);
        onLeave();
      });
      return true;
    },
    tell(text: string): void {
      for (const client of clients) {
        if (client.writableLength > UNREAD_BYTES_MAX) client.destroy();
        else client.write(text);
      }
    },
    close(): void {
      clearInterval(beat);
      for (const client of clients) client.end();
    },
  };
}

/** JSON has no line breaks of its own. */
export function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
