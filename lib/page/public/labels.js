import { ask } from "./api.js";
import { createAsker } from "./asker.js";
import { h, refill, setText, viewLink } from "./dom.js";
import { incidentFeed } from "./incident-card.js";
import { quietPatterns } from "./quiet.js";
import { subscribe } from "./store.js";
import { saidBy, several } from "./words.js";

/** In milliseconds. Open incidents change each second, but the incidents worth a label do not. */
const ASK_EVERY = 3_000;
/** Questions at first: nobody scrolls past ten cards on a phone to what lies below them. */
const SHOWN = 3;

export function labelsView(root) {
  const lead = h("p", { class: "lead", role: "status" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const queue = incidentFeed();
  const empty = h("p", { class: "empty" }, "Reading…");
  const more = h("button", { type: "button", class: "more", hidden: true, onclick: showAll });
  let limit = SHOWN;
  let waiting = [];
  const conflicts = h("section", { class: "card", hidden: true });
  const quiet = quietPatterns(() => asker.now());
  root.append(
    h("div", { class: "head" }, h("h1", {}, "Labels"), lead),
    trouble,
    h("h2", {}, "Most worth a label"),
    queue.element,
    empty,
    more,
    conflicts,
    quiet.element,
  );
  const asker = createAsker({ ask: () => ask("labels"), everyMs: () => ASK_EVERY, show, trouble });

  function showAll() {
    limit = Number.POSITIVE_INFINITY;
    showQueue();
  }

  function showQueue() {
    queue.show(waiting.slice(0, limit));
    more.hidden = waiting.length <= limit;
    setText(more, `and ${waiting.length - limit} more`);
  }

  function show({ queue: wanted, unlabelled, labelled, conflicts: found, quiets }) {
    setText(
      lead,
      `${several(labelled, "incident")} of the last 30 days labelled, ${unlabelled} not. ` +
        "A group's incident comes first, because its label applies to all its hosts. Then come incidents nearest to epsilon, where a label decides most. The list has one of several similar incidents.",
    );
    waiting = wanted;
    showQueue();
    setText(empty, wanted.length > 0 ? "" : "Nothing waits for a label.");
    conflicts.hidden = false;
    refill(conflicts, conflictsOf(found));
    quiet.show(quiets);
  }
  asker.now();
  const end = subscribe(({ all, incidents }) => (all || incidents.size > 0 ? asker.soon() : undefined));
  return () => {
    asker.end();
    end();
  };
}

function conflictsOf({ people, alike }) {
  const disagreeing = people.map(({ id, host, labels }) =>
    h("li", {}, h("code", {}, id), " ", subjectLink(host), `: ${labels.map(saidBy).join(", ")}`),
  );
  const contradicting = alike.map(({ host, metric, direction, fault, normal }) =>
    h(
      "li",
      {},
      subjectLink(host),
      `, ${metric} ${direction}: a fault in ${fault.join(" ")}, normal in ${normal.join(" ")}`,
    ),
  );
  const none = h("p", { class: "muted" }, "None: nobody disagrees, and similar incidents have the same label.");
  return [
    h("h2", {}, "Conflicts"),
    ...listOf("People disagree", disagreeing),
    ...listOf("Similar, but labelled differently", contradicting),
    ...(people.length + alike.length === 0 ? [none] : []),
  ];
}

/** A group has no view of its own. */
function subjectLink(subject) {
  return subject.startsWith("group#") ? subject.replace("#", " ") : viewLink("host", { host: subject }, subject);
}

function listOf(title, items) {
  return items.length > 0 ? [h("h3", {}, title), h("ul", {}, items)] : [];
}
