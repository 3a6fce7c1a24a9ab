/** The parameters of the view that the address names. */
function parametersHere() {
  const [, query = ""] = location.hash.split("?");
  return Object.fromEntries(new URLSearchParams(query));
}

/**
 * Writes parameters into the address of the view that is open, without opening it again: whoever comes back or follows
 * a copied link sees the same. Those that are undefined or empty are left out. The browser goes back over a step.
 */
export function keepInAddress(changes, { isStep = false } = {}) {
  const [view] = location.hash.split("?");
  const given = Object.entries({ ...parametersHere(), ...changes }).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const query = new URLSearchParams(given).toString();
  history[isStep ? "pushState" : "replaceState"](null, "", `${view || "#/fleet"}${query ? `?${query}` : ""}`);
}
