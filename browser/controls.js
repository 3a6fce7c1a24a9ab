import { h, setText } from "../lib/page/public/dom.js";
import { ask, listen } from "./server.js";

/** The bar above the page: what happens now, a host to choose, and what to do to it. */
const story = h("p", { class: "story", role: "status" }, "Starting…");
const progress = h("progress", { max: "1", value: "0", "aria-label": "Learning what is normal" });
const hosts = h("select", { id: "victim" });
const buttons = h("div", { class: "breakages", role: "group", "aria-label": "Break it" });
const pause = button("Pause", "Virtual time stands still.", () => {
  const isPaused = pause.getAttribute("aria-pressed") === "true";
  pause.setAttribute("aria-pressed", String(!isPaused));
  return act(isPaused ? "resume" : "pause");
});
const repair = button("Repair everything", "All faults end.", async () => {
  await act("repair");
  setText(story, "Everything is repaired. Incidents end once their hosts have been normal for a while.");
});
const refit = button("Refit", "All baselines are fitted again, with your labels, as every night.", () => act("refit"));
const again = h("div", { class: "breakages", role: "group", "aria-label": "Time and repairs" }, repair, refit, pause);

export const controls = h(
  "section",
  { class: "demo", "aria-label": "Break something" },
  story,
  progress,
  h("label", { for: "victim" }, "Break"),
  hosts,
  buttons,
  again,
);
document.querySelector("header.bar").after(controls);

const STORIES = {
  live: ({ first }) =>
    "Made-up hosts, real detector, all in this tab: a minute passes each second. " +
    `${first.host} has just got a CPU hog; its alert comes in seconds. Then break what you like.`,
  refitting: () => "All baselines are being fitted again…",
  refitted: () => "All baselines are fitted again, with your labels.",
  failed: ({ reason }) => `The demo has failed: ${reason}. Load it again.`,
};
let known = {};

listen((said) => {
  if (said.breakages) show(said);
  if (said.state === "learning") {
    progress.value = said.share;
    setText(
      story,
      `Learning what is normal: ${Math.round(48 * said.share)} of 48 hours of ${known.hosts.length} hosts.`,
    );
  } else if (said.state) {
    setText(story, STORIES[said.state]({ ...known, ...said }));
    setReady(said.state === "live" || said.state === "refitted");
  }
});

function show(world) {
  known = world;
  hosts.replaceChildren(...world.hosts.map(({ name }) => h("option", {}, name)));
  hosts.value = "db-01";
  buttons.replaceChildren(
    ...world.breakages.map(({ id, title, story: what, scope }) =>
      button(title, what, async () => {
        const host = hosts.value;
        await act("break", { kind: id, host });
        const group = world.hosts.find(({ name }) => name === host)?.group;
        setText(story, `${scope === "host" ? host : `Group ${group}`}: ${what} A minute takes a second here.`);
      }),
    ),
  );
  setReady(false);
}

/** Nothing can be broken before the fleet is learnt. */
function setReady(isReady) {
  progress.hidden = isReady;
  for (const one of controls.querySelectorAll("button, select")) one.disabled = !isReady;
}

function act(what, body = {}) {
  return ask(`/demo/${what}`, { method: "POST", body: JSON.stringify(body) });
}

function button(words, title, onclick) {
  return h("button", { type: "button", title, onclick }, words);
}
