import { ask, change } from "./api.js";
import { arrange, h, refill, setAttribute, setText, viewLink } from "./dom.js";
import { noteForm } from "./note-form.js";
import { percentOf } from "./score-words.js";
import { now } from "./store.js";
import { subjectOf } from "./trouble-lines.js";
import { VERDICTS } from "./verdicts.js";
import {
  breakable,
  count,
  decimal,
  duration,
  moment,
  saidBy,
  seconds,
  several,
  titleOfLabel,
  titleOfVerdict,
} from "./words.js";

const SIGNS = { critical: ["▲", "Critical"], warning: ["△", "Warning"] };

/** Incidents as cards. The feed makes each card once and updates it from then on. */
export function incidentFeed() {
  const element = h("div", { class: "feed" });
  const cards = new Map();
  return {
    element,
    show(incidents) {
      const wanted = incidents.map((incident) => {
        const card = cards.get(incident.key) ?? incidentCard(incident);
        card.update(incident);
        cards.set(incident.key, card);
        return card.element;
      });
      arrange(element, withFocused(element, wanted));
    },
  };
}

/** The wanted children, and the one with the focus in its place: its person may want to add a note to a label. */
function withFocused(parent, wanted) {
  const children = [...parent.children];
  const place = children.findIndex((child) => child.contains(document.activeElement));
  return place < 0 || wanted.includes(children[place]) ? wanted : wanted.toSpliced(place, 0, children[place]);
}

/** One incident with its actions. `update` changes it in place, so that open parts stay open and the focus stays. */
function incidentCard({ id }) {
  const head = h("header", {});
  const facts = h("p", { class: "facts" });
  const causes = h("div", {});
  const said = h("p", { class: "said", role: "status" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const buttons = VERDICTS.map(([verdict, title, effect]) =>
    h("button", { type: "button", "data-verdict": verdict, title: effect, onclick: () => label(verdict) }, title),
  );
  const onIt = h("button", { type: "button", class: "plain", onclick: () => send("acknowledge", {}) }, "I am on it");
  const similar = h(
    "details",
    { class: "similar" },
    h("summary", {}, "What came before"),
    h("p", { class: "muted" }, "Looking…"),
  );
  const actions = h("div", { class: "actions", role: "group", "aria-label": `What was ${id}?` }, onIt, buttons);
  const note = noteForm(id, (words) => send("label", { verdict: current.label.verdict, ...words }));
  const element = h(
    "article",
    { class: "incident card", id: `incident-${id}` },
    head,
    facts,
    causes,
    actions,
    said,
    note.element,
    trouble,
    similar,
  );
  let current;

  /** A note and a kind belong to the verdict for which they were given. */
  function label(verdict) {
    const { label: given } = current;
    const { note, category } = given?.verdict === verdict ? given : {};
    return send("label", { verdict, ...(category && { category }), ...(note && { note }) });
  }

  async function send(what, body) {
    setText(trouble, "");
    try {
      const { host, opened } = current;
      const done = await change(what, { host, opened, ...body });
      update({ ...current, ...(done.label ? { label: done.label } : { acknowledged: done.acknowledged }) });
    } catch (error) {
      setText(trouble, error.message);
    }
  }

  similar.addEventListener("toggle", async () => {
    if (!similar.open) return;
    try {
      const { host, opened } = current;
      similar.lastChild.replaceWith(whatCameBefore(await ask("incident", { host, opened })));
    } catch (error) {
      similar.lastChild.replaceWith(h("p", { class: "trouble" }, error.message));
    }
  });

  function update(next) {
    if (current && JSON.stringify(current) === JSON.stringify(next)) return;
    current = next;
    setAttribute(element, "data-level", next.severity);
    setAttribute(element, "data-open", next.resolved === undefined ? "" : undefined);
    refill(head, headOf(next));
    facts.replaceChildren(...factsOf(next));
    refill(causes, causesOf(next));
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(button.dataset.verdict === next.label?.verdict));
    onIt.hidden = next.acknowledged !== undefined || next.resolved !== undefined;
    setText(said, wordsSaid(next));
    note.update(next.label);
  }
  return { element, update };
}

/** Labels that may move epsilon. */
const LEARNT = new Set(["fault", "false", "new-normal"]);
/** The ends of an incident without a return to normal. */
const ENDINGS = { silent: "the host fell silent", gone: "the host is gone", settled: "the new level is usual now" };

function headOf(incident) {
  const { id, host, kind, severity, resolved, ending, unstable, quiet, fleet, alike } = incident;
  const [glyph, words] = SIGNS[severity];
  const name = kind === "fleet" ? subjectOf(incident) : viewLink("host", { host }, host);
  return [
    h("span", { class: "badge", "data-level": severity }, h("span", { "aria-hidden": "true" }, `${glyph} `), words),
    h("h3", {}, name),
    resolved === undefined
      ? h("span", { class: "badge open" }, "open")
      : h("span", { class: "badge" }, ending ? `over: ${ENDINGS[ending]}` : "over"),
    unstable && h("span", { class: "badge" }, "unstable"),
    quiet && h("span", { class: "badge" }, "quiet: nobody was notified"),
    fleet && h("span", { class: "badge" }, `part of ${fleet}`),
    kind !== "fleet" && alike > 1 && h("span", { class: "badge" }, `and ${alike - 1} alike`),
    h("code", { class: "id" }, id),
  ].filter(Boolean);
}

function factsOf({ kind, group, opened, resolved, ratio, score, epsilon, members, ...about }) {
  const { samples, anomalies, lastSeen, baseline, notified, held } = about;
  const since = [
    h("time", { datetime: new Date(opened).toISOString() }, moment(opened)),
    ...(resolved === undefined
      ? [", for ", h("span", { "data-since": opened }, duration(now() - opened))]
      : [", lasted ", duration(resolved - opened)]),
  ];
  if (kind === "silent") return ["Silent since ", ...since, `. Last seen ${moment(lastSeen)}. Group ${group}.`];
  const each = members?.map((one) => `${one.detector} ${decimal(one.ratio)}`).join(", ");
  const parts = each ? `; each detector by its own limit: ${each}` : "";
  const numbers = `(score ${decimal(score)}, epsilon ${decimal(epsilon)})`;
  const judged = epsilon > 0 ? ` At its peak ${decimal(ratio)} times the alert limit ${numbers}${parts}.` : "";
  const counted = anomalies > 0 ? ` ${count(anomalies)} of ${several(samples, "sample")} anomalous.` : "";
  return [
    "Since ",
    ...since,
    `.${judged}${counted}${kind === "fleet" ? "" : toldAfter(opened, notified, held)}`,
    h("span", { class: "muted" }, kind === "fleet" ? "" : ` Group ${group}, judged by ${baseline}.`),
  ];
}

function toldAfter(opened, notified, held) {
  if (notified === undefined) return "";
  const why = held ? ", because Fleetwarden held the message back" : "";
  return ` People were notified ${seconds(Math.max(notified - opened, 0))} later${why}.`;
}

function causesOf(incident) {
  const { causes, rules, extent, looksLike } = incident;
  return [
    looksLike && h("p", {}, `${looksLike}.`),
    causes.length > 0 && causeBars(causes),
    ...rules.map(ruleHit),
    extent &&
      h(
        "p",
        {},
        meter(extent.affected / Math.max(extent.total, 1), `${extent.affected} of ${extent.total} hosts`),
        " ",
        hostsOf(incident),
      ),
  ].filter(Boolean);
}

/** Links to the first hosts, and to the tiles of all of them while they have the incident. */
function hostsOf({ extent: { first, affected, silent }, resolved, id }) {
  const links = first.flatMap(({ host }, i) => [i > 0 ? ", " : "", viewLink("host", { host }, host)]);
  const more = affected - first.length;
  const words = `and ${count(more)} more`;
  const rest = more > 0 ? [" ", resolved === undefined ? viewLink("fleet", { filter: id }, words) : words] : [];
  return h("span", {}, "Hosts: ", links, rest, silent > 0 ? `. ${count(silent)} of them silent` : "", ".");
}

export function ruleHit({ rule, values }) {
  return ruleLine(rule, values ? `: ${values}` : "");
}

export function ruleLine(rule, words) {
  return h("p", { class: "rule" }, h("strong", {}, "Rule "), h("code", {}, rule), words);
}

/** The causes of the score, largest first. */
export function causeBars(causes) {
  const rows = causes.map(({ metric, now: value, usual, expected, direction, share }) =>
    h(
      "li",
      {},
      h("span", { class: "metric" }, breakable(metric)),
      h(
        "span",
        { class: "now" },
        h("strong", {}, value),
        ` ${{ high: "↑ high", low: "↓ low" }[direction] ?? direction}`,
      ),
      h("span", { class: "muted" }, expected ?? `usually ${usual}`),
      meter(share, `${percentOf(share)} of the score`),
    ),
  );
  return h("ul", { class: "causes", "aria-label": "Causes" }, rows);
}

function meter(share, words) {
  const bar = h("span", { class: "fill" });
  bar.style.width = `${100 * Math.min(Math.max(share, 0), 1)}%`;
  return h(
    "span",
    { class: "meter" },
    h("span", { class: "track", "aria-hidden": "true" }, bar),
    h("span", { class: "percent" }, words),
  );
}

function wordsSaid({ label, acknowledged, earlierLabels }) {
  const words = [];
  if (acknowledged) words.push(`${acknowledged.by} is on it since ${moment(acknowledged.at)}.`);
  if (label)
    words.push(
      `${titleOfLabel(label)}, says ${label.by}${label.note ? `: “${label.note}”` : ""}.${LEARNT.has(label.verdict) ? " The next refit learns from it." : ""}`,
    );
  // A person who only adds a note repeats the verdict.
  const others = earlierLabels.filter(({ verdict, by }) => verdict !== label?.verdict || by !== label.by);
  if (others.length > 0) words.push(`Before: ${others.map(saidBy).join(", ")}.`);
  return words.join(" ");
}

/** The events and silences just before it, then similar incidents. */
function whatCameBefore({ began, similar }) {
  return h("div", {}, began && h("p", {}, `It ${began}.`), similarList(similar));
}

function similarList({ count: all, labelled, newest }) {
  if (all === 0) return h("p", { class: "muted" }, "None in the last 30 days.");
  const rows = newest.map(({ id, host, opened, resolved, peak, verdict, note }) =>
    h(
      "li",
      {},
      h("code", {}, id),
      ` ${host}, ${moment(opened)}, ${resolved === undefined ? "still open" : `lasted ${duration(resolved - opened)}`}, ${peak}`,
      verdict ? h("strong", {}, `, ${titleOfVerdict(verdict).toLowerCase()}`) : ", not labelled",
      note ? ` “${note}”` : "",
    ),
  );
  const summary = `${several(all, "incident")} of this host or group with the same first cause in 30 days: ${labelled.fault} called a fault, ${labelled.normal} normal.`;
  return h("div", {}, h("p", {}, summary), h("ul", {}, rows));
}
