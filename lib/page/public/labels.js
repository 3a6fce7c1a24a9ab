import { ask } from "./api.js";
import { createAsker } from "./asker.js";
import { arrange, h, setText, withFocused } from "./dom.js";
import { incidentCard } from "./incident-card.js";
import { subscribe } from "./store.js";
import { saidBy, several } from "./words.js";

/** Incidents that go on change each second; which are worth a label does not. In milliseconds. */
const ASK_EVERY = 3_000;

export function labelsView(root) {
  const lead = h("p", { class: "lead", role: "status" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const queue = h("div", { class: "feed" });
  const empty = h("p", { class: "empty" });
  const conflicts = h("section", { class: "card" });
  root.append(
    h("div", { class: "head" }, h("h1", {}, "Labels"), lead),
    trouble,
    h("h2", {}, "Most worth a label"),
    queue,
    empty,
    conflicts,
  );
  const cards = new Map();
  const asker = createAsker({ ask: () => ask("labels"), everyMs: () => ASK_EVERY, show, trouble });

  function show({ queue: wanted, unlabelled, labelled, conflicts: found }) {
    setText(
      lead,
      `${several(labelled, "incident")} of the last 30 days labelled, ${unlabelled} not. Those nearest to epsilon come first: there a label decides most.`,
    );
    const elements = wanted.map((incident) => {
      const card = cards.get(incident.key) ?? incidentCard(incident);
      card.update(incident);
      cards.set(incident.key, card);
      return card.element;
    });
    arrange(queue, withFocused(queue, elements));
    setText(empty, elements.length > 0 ? "" : "Nothing waits for a label.");
    conflicts.replaceChildren(...conflictsOf(found));
  }
  asker.now();
  const end = subscribe(({ all, incidents }) => (all || incidents.size > 0 ? asker.soon() : undefined));
  return () => {
    asker.end();
    end();
  };
}

function conflictsOf({ people, alike }) {
  if (people.length + alike.length === 0)
    return [
      h("h2", {}, "Conflicts"),
      h("p", { class: "muted" }, "None: nobody disagrees, and alike incidents have alike labels."),
    ];
  return [
    h("h2", {}, "Conflicts"),
    ...(people.length > 0
      ? [
          h("h3", {}, "People disagree"),
          h(
            "ul",
            {},
            people.map(({ id, host, labels }) =>
              h("li", {}, h("code", {}, id), ` ${host}: ${labels.map(saidBy).join(", ")}`),
            ),
          ),
        ]
      : []),
    ...(alike.length > 0
      ? [
          h("h3", {}, "Alike, but labelled otherwise"),
          h(
            "ul",
            {},
            alike.map(({ host, metric, direction, fault, normal }) =>
              h(
                "li",
                {},
                `${host}, ${metric} ${direction}: a fault in ${fault.join(" ")}, normal in ${normal.join(" ")}`,
              ),
            ),
          ),
        ]
      : []),
  ];
}
