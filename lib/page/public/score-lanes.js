import { s } from "./dom.js";
import { compact, count, decimal, moment, several } from "./words.js";

const BAR_HEIGHT_MAX = 44;
const TITLE_HEIGHT = 26;
const TITLES = {
  normal: "No incident",
  fault: "Real fault",
  false: "False or new normal",
  expected: "Expected",
  unlabelled: "Not labelled or not sure",
};

/**
 * A histogram of samples by score for each kind of label, one below the other on the axis `x`: a few faults would be
 * lost among thousands of calm samples. All histograms have the same logarithmic scale of heights.
 */
export function scoreLanes({ edges, kinds, epsilon, ...about }, { x, left, right, top }) {
  const most = Math.max(1, ...kinds.flatMap(({ counts }) => counts));
  const heightOf = (amount) => (BAR_HEIGHT_MAX * Math.log1p(amount)) / Math.log1p(most);
  const laneHeight = TITLE_HEIGHT + BAR_HEIGHT_MAX;
  const said = ({ kind, samples, above }) => `${TITLES[kind]}: ${several(samples, "sample")}, ${count(above)} above ε`;
  // Fits a phone's width.
  const title = ({ kind, samples, above }) => `${TITLES[kind]}: ${count(samples)} (${count(above)} above ε)`;
  const floorOf = (i) => top + (i + 1) * laneHeight;
  const elements = kinds.map(({ kind, counts }, i) => {
    const floor = floorOf(i);
    const tallest = Math.max(...counts);
    const bars = counts.map((amount, bin) => {
      if (amount === 0) return [];
      const [from, to] = [edges[bin], edges[bin + 1]];
      const [place, width] = [x(from), Math.max(x(to) - x(from) - 1, 1)];
      const height = heightOf(amount);
      return s(
        "g",
        {},
        s("title", {}, `${TITLES[kind]}, score ${decimal(from)} to ${decimal(to)}: ${several(amount, "sample")}`),
        // The whole column reacts to the pointer: the bar of one sample is only three pixels high.
        s("rect", { class: "column", x: place, width, y: floor - BAR_HEIGHT_MAX, height: BAR_HEIGHT_MAX }),
        s("rect", { class: kind, x: place, width, y: floor - height, height }),
      );
    });
    return s(
      "g",
      {},
      s("text", { x: left - 6, y: floor - heightOf(tallest) + 9, "text-anchor": "end" }, compact(tallest)),
      s("line", { class: "rule-line", x1: left, x2: right, y1: floor, y2: floor }),
      bars.flat(),
    );
  });
  return {
    elements,
    titles: kinds.map((kind, i) =>
      s("text", { class: "panel", x: 0, y: floorOf(i) - BAR_HEIGHT_MAX - 7 }, title(kind)),
    ),
    height: kinds.length * laneHeight,
    words: `samples by score, epsilon ${decimal(epsilon)} in force: ${kinds.map(said).join("; ")}`,
    caption: captionOf(about),
  };
}

function captionOf({ from, to, cut, keptOneIn }) {
  if (to === 0) return "No samples of the last 7 days are stored.";
  const thinned =
    keptOneIn > 1
      ? ` Of calm time one stretch in ${keptOneIn} is kept: each of its samples counts as ${keptOneIn}.`
      : "";
  const rest = cut ? " There were more samples than are read at once: newer ones are left out." : "";
  return `Bars: the samples from ${moment(from)} to ${moment(to)}, scored by the baseline in force; heights are logarithmic. The bars of an incident end with its last anomaly.${thinned}${rest}`;
}
