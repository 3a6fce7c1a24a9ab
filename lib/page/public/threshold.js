import { ask, change } from "./api.js";
import { createAsker } from "./asker.js";
import { h, setText, table } from "./dom.js";
import { fleet, subscribe } from "./store.js";
import { thresholdChart } from "./threshold-chart.js";
import { alertsIn, count, decimal, moment, several } from "./words.js";

/** The slider's steps over the logarithm of epsilon. */
const STEPS = 400;
/** The width of the page on both sides of the chart, in pixels. */
const CHART_MARGIN = 70;

export function thresholdView(root, scope) {
  const lead = h("p", { class: "lead" });
  const body = h("div", {}, h("p", { class: "empty" }, "Reading…"));
  const done = h("p", { class: "said", role: "status" });
  const chooser = h("div", {}, scopeChooser(scope));
  root.append(h("div", { class: "head" }, h("h1", {}, "Threshold"), lead), chooser, done, body);
  const stopping = new AbortController();

  async function load() {
    try {
      const view = await ask("threshold", scope, stopping.signal);
      setText(lead, leadOf(scope, view));
      body.replaceChildren(
        view.epsilon
          ? tryOut(scope, { ...view, width: root.clientWidth - CHART_MARGIN }, load, done, stopping.signal)
          : h("p", { class: "empty" }, "Each of these hosts is still learning: there is no epsilon yet."),
      );
    } catch (error) {
      if (!stopping.signal.aborted) body.replaceChildren(h("p", { class: "trouble", role: "alert" }, error.message));
    }
  }
  void load();
  // Whoever follows a link is here before the fleet's groups are known.
  const end = subscribe(({ all }) => {
    if (all && !chooser.contains(document.activeElement)) chooser.replaceChildren(scopeChooser(scope));
  });
  return () => {
    stopping.abort();
    end();
  };
}

function leadOf({ host, group }, { hosts, learning, epsilon }) {
  const whose = host
    ? `Host ${host}`
    : group
      ? `Group ${group}, ${several(hosts, "host")}`
      : `All ${several(hosts, "host")}`;
  const inForce = epsilon
    ? `: epsilon ${epsilon.low === epsilon.high ? decimal(epsilon.low) : `${decimal(epsilon.low)} to ${decimal(epsilon.high)}`} in force`
    : "";
  return `${whose}${inForce}${learning > 0 ? `, ${learning} still learning` : ""}. Move the line to see what another one would do.`;
}

function scopeChooser({ host, group }) {
  const groups = [...new Set([...fleet.cards.values()].map((card) => card.group))].sort();
  const go = (parameters) => {
    location.hash = `#/threshold?${new URLSearchParams(parameters)}`;
  };
  const select = h(
    "select",
    { id: "scope", onchange: ({ target }) => go(target.value ? { group: target.value } : {}) },
    // The field beside it chooses a host; the list only says which.
    host && h("option", { value: "", selected: true, disabled: true }, `Host ${host}`),
    h("option", { value: "" }, "All hosts"),
    (group && !groups.includes(group) ? [group, ...groups] : groups).map((name) =>
      h("option", { value: name, selected: name === group }, `Group ${name}`),
    ),
  );
  const hosts = h(
    "datalist",
    { id: "hosts" },
    [...fleet.cards.keys()].slice(0, 1000).map((name) => h("option", { value: name })),
  );
  const input = h("input", {
    id: "one-host",
    list: "hosts",
    value: host ?? "",
    placeholder: "web-07",
    autocomplete: "off",
    onchange: ({ target }) => go(target.value ? { host: target.value } : {}),
  });
  return h(
    "div",
    { class: "tools" },
    h("label", { for: "scope" }, "Threshold of"),
    select,
    h("label", { for: "one-host" }, "or of one host"),
    input,
    hosts,
  );
}

function tryOut(scope, view, reload, done, signal) {
  const { epsilon, levels, peaks } = view;
  const lowest = levels[0].epsilon;
  const highest = Math.max(levels.at(-1).epsilon, ...peaks.map(({ score }) => score)) * 1.1;
  const valueAt = (step) => lowest * (highest / lowest) ** (step / STEPS);
  const stepOf = (value) => Math.round((STEPS * Math.log(value / lowest)) / Math.log(highest / lowest));
  const slider = h("input", {
    type: "range",
    id: "epsilon",
    min: 0,
    max: STEPS,
    value: stepOf(epsilon.median),
    oninput: () => move(),
  });
  let chart = draw();
  const outcome = h("dl", { class: "stats outcome" });
  const shown = h("output", { for: "epsilon", class: "big" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  let tried = epsilon.median;

  const asker = createAsker({
    ask: () => ask("what-if", { ...scope, epsilon: tried }, signal),
    show: (answer) => showOutcome(outcome, answer),
    trouble,
  });

  function draw(histogram) {
    const onDrag = (value) => {
      slider.value = stepOf(value);
      move();
    };
    return thresholdChart({ ...view, highest, histogram, onDrag });
  }

  /** The server takes a second or two for the samples: the rest appears before them. */
  async function addHistogram() {
    try {
      const drawn = draw(await ask("histogram", { host: scope.host }, signal));
      chart.element.replaceWith(drawn.element);
      chart = drawn;
      chart.move(tried);
    } catch (error) {
      if (!signal.aborted) setText(trouble, error.message);
    }
  }

  function move(value = valueAt(Number(slider.value))) {
    tried = value;
    chart.move(value);
    setText(shown, decimal(value));
    slider.setAttribute("aria-valuetext", `epsilon ${decimal(value)}`);
    asker.soon();
  }

  async function act(path, body, words) {
    try {
      const { report } = await change(path, body);
      setText(
        done,
        `${words} It is version ${report.version}, epsilon ${decimal(report.epsilon)}, in force ${whenOf(report)}.`,
      );
      await reload();
    } catch (error) {
      setText(trouble, error.message);
    }
  }

  move(epsilon.median);
  if (scope.host) void addHistogram();
  const owner = view.ledger?.owner;
  return h(
    "div",
    {},
    h(
      "section",
      { class: "card" },
      chart.element,
      h("div", { class: "tools wide" }, h("label", { for: "epsilon" }, "Epsilon"), slider, shown),
      outcome,
      trouble,
      applying(scope, owner, () => tried, act),
    ),
    view.ledger ? ledgerOf(view.ledger, act) : "",
  );
}

function whenOf({ owner }) {
  return owner.startsWith("group#") ? "for its hosts with their next refit" : "within a minute";
}

function whyNot({ host, group }) {
  if (host) return `${host} has no baseline of its own yet, in which an epsilon could be set.`;
  if (group) return `Group ${group} has no baseline of its own yet: a refit makes it. Until then, choose one host.`;
  return "To set an epsilon by hand, choose a host or a group.";
}

/** Without an owner neither the host nor the group has a baseline of its own to set epsilon in. */
function applying({ host, group }, owner, tried, act) {
  if (!owner) return h("p", { class: "muted" }, whyNot({ host, group }));
  const set = () => act("epsilon", { owner, epsilon: tried() }, "Done.");
  const reset = () => act("epsilon", { owner, epsilon: null }, "Automatic again.");
  return h(
    "div",
    { class: "actions" },
    h("button", { type: "button", class: "primary", onclick: set }, `Use it for ${host ?? `group ${group}`}`),
    h("button", { type: "button", onclick: reset }, "Back to automatic"),
  );
}

function showOutcome(element, { alerts, faults, falseAlarms, f1, hosts, untold }) {
  const all = faults.caught + faults.missed;
  const rows = [
    [alertsIn(alerts.days), decimal(alerts.after), `now ${decimal(alerts.now)}`],
    ["faults caught", `${faults.caught} of ${all}`, all === 0 ? "none labelled yet" : `${faults.missed} missed`],
    ["false alarms", count(falseAlarms.raised), `${falseAlarms.silenced} no longer`],
    ["F1", f1 === undefined ? "?" : f1.toFixed(2), f1 === undefined ? "needs labelled faults" : "by the labels"],
    ["counted", several(hosts, "host"), untold > 0 ? `${untold} cannot be told` : "all of them"],
  ];
  element.replaceChildren(
    ...rows.map(([name, value, note]) => h("div", {}, h("dt", {}, name), h("dd", {}, value, h("small", {}, note)))),
  );
}

function ledgerOf({ owner, active, versions }, act) {
  const rows = versions.map(({ version, at, epsilon, source, samples, by, from, refused, gone, f1 }) =>
    h(
      "tr",
      { "aria-current": version === active ? "true" : undefined },
      h("th", { scope: "row" }, `v${version}${version === active ? " (active)" : ""}`),
      h("td", {}, moment(at)),
      h("td", {}, decimal(epsilon)),
      h("td", {}, [source, from === undefined ? "" : ` from v${from}`, by ? ` by ${by}` : ""].join("")),
      h("td", {}, count(samples)),
      h("td", {}, f1 === undefined ? "" : f1.toFixed(2)),
      h(
        "td",
        {},
        refused
          ? `refused: ${refused}`
          : version === active
            ? ""
            : gone
              ? "model is gone"
              : h(
                  "button",
                  { type: "button", onclick: () => act("rollback", { owner, version }, `Back to version ${version}.`) },
                  "Roll back",
                  h("span", { class: "unseen" }, ` to version ${version}`),
                ),
      ),
    ),
  );
  const columns = ["Version", "When", "Epsilon", "Chosen by", "Samples", "F1", ""];
  return h("section", { class: "card" }, h("h2", {}, `Versions of ${owner}`), table("Versions", columns, rows));
}
