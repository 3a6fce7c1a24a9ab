import { h, refill, setAttribute, setText, viewLink } from "./dom.js";
import { hostCharts } from "./host-charts.js";
import { causeBars, incidentFeed, ruleHit, ruleLine } from "./incident-card.js";
import { fleetIncident } from "./incident-order.js";
import { levelOf } from "./levels.js";
import { scoreBar } from "./score-words.js";
import { fleet, now, subscribe } from "./store.js";
import { timeLabels } from "./time-labels.js";
import { subjectOf, whyOf as troubleOf } from "./trouble-lines.js";
import { count, duration, moment, several, timeAgo } from "./words.js";

export function hostView(root, { host = "", ...asked }) {
  const badge = h("span", { class: "badge" });
  const lead = h("p", { class: "lead" });
  const bar = scoreBar();
  const trouble = h("p", { class: "trouble", role: "alert" });
  const why = h("section", { class: "card why" });
  const facts = h("dl", { class: "pairs" });
  const charts = hostCharts(host, asked, { onView: show, trouble });
  const feed = incidentFeed();
  const past = h("section", {}, h("h2", {}, "Its incidents"), feed.element);
  const missed = timeLabels(host, () => charts.now());
  const about = h("section", { class: "card" }, h("h2", {}, "Facts"), facts);
  const reading = h("p", { class: "empty" }, "Reading…");
  const body = h("div", { hidden: true }, why, charts.element, past, about, missed.element);
  bar.element.hidden = true;
  root.append(
    h("p", { class: "crumb" }, h("a", { href: "#/fleet" }, "Fleet"), " / ", host),
    h("div", { class: "head" }, h("div", { class: "title" }, h("h1", {}, host), badge), lead, bar.element),
    trouble,
    reading,
    body,
  );
  function show(view) {
    showCard(fleet.cards.get(host) ?? view.card);
    reading.hidden = true;
    body.hidden = false;
    refill(why, whyOf(view));
    refill(
      facts,
      factsOf(view).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
    );
    past.hidden = view.incidents.length === 0;
    feed.show(view.incidents);
    missed.show(view.times);
  }

  function showCard(card) {
    const level = levelOf(card);
    setAttribute(badge, "data-level", level);
    setText(
      badge,
      `${level === "warning" || level === "critical" ? `${level} incident` : level}${card.provisional ? ", provisional" : ""}`,
    );
    setText(lead, leadOf(card));
    bar.element.hidden = card.score === undefined || card.status === "silent";
    setAttribute(bar.element, "data-level", level);
    bar.show(card);
  }

  const end = subscribe(({ all, hosts, incidents }) => {
    const card = fleet.cards.get(host);
    if (!card) return;
    const isChanged = all || hosts.has(host);
    if (isChanged) showCard(card);
    // An acknowledgement or a label changes an incident, and not its host.
    if (isChanged || [...incidents.values()].some((incident) => incident.host === host)) charts.soon();
  });
  return () => {
    charts.end();
    end();
  };
}

/** Whose it is; what it still has to learn, or how long it has been silent. */
function leadOf({ group, status, learnt, arrived }) {
  if (status === "silent") return `Group ${group}. Nothing has come from it since ${moment(arrived)}.`;
  if (!learnt) return `Group ${group}.`;
  const until = learnt.until ? `, until about ${moment(learnt.until)}` : "";
  return `Group ${group}. Learning what is normal: ${learnt.samples} of ${learnt.needed} samples${until}.`;
}

function whyOf({ card, incidents: [newest], rules }) {
  const whole = fleetIncident(card.incident?.fleet);
  const part = whole
    ? [
        h(
          "p",
          {},
          "Part of ",
          viewLink("incidents", { show: "open", id: whole.id }, subjectOf(whole)),
          `: ${troubleOf(whole)}.`,
        ),
      ]
    : [];
  const held = rules.map(({ rule, since }) => ruleLine(rule, ` holds since ${moment(since)}.`));
  if (!newest) return [h("h2", {}, "Incidents"), ...held, h("p", { class: "muted" }, "None in the last 30 days.")];
  const isOpen = card.incident?.id === newest.id;
  const causes =
    newest.causes.length > 0
      ? causeBars(newest.causes)
      : h("p", { class: "muted" }, newest.kind === "silent" ? "It sends nothing." : "No metric by itself.");
  return [
    h("h2", {}, isOpen ? "Why it is in trouble" : "Why it was in trouble last"),
    sinceWhen(newest, isOpen),
    ...part,
    causes,
    ...newest.rules.map(ruleHit),
    ...held,
  ];
}

/** When it began, who is on it, and where to say so. */
function sinceWhen({ id, opened, resolved, acknowledged, fleet: whole }, isOpen) {
  const lasted = isOpen
    ? [", for ", h("span", { "data-since": opened }, duration(now() - opened))]
    : resolved === undefined
      ? []
      : [`, lasted ${duration(resolved - opened)}`];
  const by = acknowledged ? `${acknowledged.by} is on it. ` : "";
  const show = whole === undefined ? (isOpen ? "open" : "all") : "parts";
  return h(
    "p",
    {},
    `Since ${moment(opened)}`,
    ...lasted,
    `. ${by}Incident `,
    viewLink("incidents", { show, id }, id),
    ".",
  );
}

function factsOf({ card, facts }) {
  const {
    since,
    silentAfter,
    ingest,
    attributes = {},
    odd,
    unread,
    fitted,
    samples,
    detector,
    refused,
    keptOneIn,
  } = facts;
  return [
    ...Object.entries(attributes),
    ["Last record", timeAgo(card.arrived)],
    ...(unread ? [["Nothing usable since", `${moment(unread.since)}: ${unread.reason}`]] : []),
    ["Known since", since > 0 ? moment(since) : "not yet"],
    ["Samples seen", count(card.seen)],
    ["Duplicates", count(ingest.duplicates)],
    ["Late", count(ingest.late)],
    ["Rejected", count(ingest.rejected)],
    ...(odd ? [["Values no number", `${count(odd.count)}, the last ${moment(odd.at)}: ${odd.last}`]] : []),
    ["Silent after", silentAfter ? duration(silentAfter) : "not known yet"],
    ["Clock", card.clock ?? "correct"],
    [
      "Judged by",
      card.unjudged
        ? `nothing: ${card.unjudged}`
        : card.baseline
          ? `${card.baseline}${card.provisional ? " (provisional)" : ""}`
          : "nothing yet",
    ],
    ...(fitted ? [["Fitted", `${moment(fitted)}, to ${several(samples, "sample")}: ${detector}`]] : []),
    ...(refused ? [["Refits", `refused since ${moment(refused)}`]] : []),
    ["Kept for refits", keptOneIn > 1 ? `all that is strange, of the calm one stretch in ${keptOneIn}` : "everything"],
    ["Threshold", viewLink("threshold", { host: card.host }, "what another epsilon would change")],
  ];
}
