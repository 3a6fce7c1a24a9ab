/** The worker that stands for the server; the page's `fetch` and `EventSource` reach it. */
const code = document.getElementById("server").textContent;
const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
const waiting = new Map();
const connections = new Map();
const listeners = new Set();
let last = 0;

worker.addEventListener("message", ({ data }) => {
  if ("answer" in data) {
    waiting.get(data.answer)?.(new Response(data.body, { status: data.status }));
    waiting.delete(data.answer);
  } else if ("opened" in data) connections.get(data.opened)?.open();
  else if ("events" in data) connections.get(data.events)?.take(data.text);
  else for (const listener of listeners) listener(data);
});
worker.addEventListener("error", ({ message }) => {
  for (const listener of listeners) listener({ state: "failed", reason: message });
});

/** Calls the listener with everything that the worker says by itself. */
export function listen(listener) {
  listeners.add(listener);
}

/** Asks the worker as `fetch` asks a server. */
export function ask(path, { method = "GET", body = "", signal } = {}) {
  return new Promise((resolve, reject) => {
    const number = ++last;
    waiting.set(number, resolve);
    signal?.addEventListener("abort", () => {
      waiting.delete(number);
      reject(signal.reason);
    });
    worker.postMessage({ ask: number, method, path, body });
  });
}

/** The events of the worker, with the part of the browser's class that the page uses. */
class WorkerEvents extends EventTarget {
  static CLOSED = EventSource.CLOSED;
  readyState = EventSource.CONNECTING;
  #number = ++last;

  constructor() {
    super();
    connections.set(this.#number, this);
    worker.postMessage({ follow: this.#number });
  }

  open() {
    this.readyState = EventSource.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  /** Text in the form of server-sent events, whole ones. */
  take(text) {
    for (const [, event, data] of text.matchAll(/^event: (.*)\ndata: (.*)\n\n/gm))
      this.dispatchEvent(new MessageEvent(event, { data }));
  }

  close() {
    this.readyState = EventSource.CLOSED;
    connections.delete(this.#number);
    worker.postMessage({ leave: this.#number });
  }
}

globalThis.fetch = ask;
globalThis.EventSource = WorkerEvents;
