import { keepInAddress } from "./address.js";
import { choice } from "./dom.js";
import { isOpen, isPart } from "./incident-order.js";
import { searchField, searchOf } from "./search.js";

/** By their name in the address. A group's incident stands for its hosts' own; only the last filter shows these. */
const FILTERS = {
  all: [(incident) => !isPart(incident), "All"],
  open: [isOpen, "Open"],
  critical: [(incident) => !isPart(incident) && incident.severity === "critical", "Critical"],
  unlabelled: [(incident) => !isPart(incident) && !incident.label, "Not labelled"],
  parts: [isPart, "Hosts of group incidents"],
};

/** The texts of an incident that a search looks through. */
function textOf({ id, host, group, severity, causes, rules }) {
  const metrics = causes.map(({ metric, direction }) => `${metric} ${direction}`);
  return [id, host, group, severity, ...metrics, ...rules.map(({ rule }) => rule)].join(" ");
}

/** Chooses a kind of incidents and searches in it, as the address says at first; calls `onChange` after each change. */
export function incidentFilter({ show, search: text = "" }, onChange) {
  let search = searchOf(text);
  let name = show in FILTERS ? show : "all";
  const options = Object.entries(FILTERS).map(([value, [, words]]) => [value, words]);
  return {
    kinds: choice("Which incidents", options, name, (next) => {
      name = next;
      keepInAddress({ show: name === "all" ? undefined : name, id: undefined });
      onChange();
    }),
    search: searchField({
      label: "Search",
      placeholder: "host, group, metric, rule…  /",
      value: text,
      onSearch(next) {
        search = searchOf(next);
        keepInAddress({ search: next });
        onChange();
      },
    }),
    fits: (incident) => FILTERS[name][0](incident) && search.fits(textOf(incident)),
  };
}
