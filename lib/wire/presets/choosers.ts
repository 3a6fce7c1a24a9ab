import type { Point } from "../senders/point.ts";
import { NODE_EXPORTER } from "./node-exporter.ts";
import { chooser } from "./preset.ts";
import { TELEGRAF } from "./telegraf.ts";

const nodeExporter = chooser(NODE_EXPORTER);
const telegraf = chooser(TELEGRAF);

/** What to take of the points that a reader finds. */
export const CHOOSERS = {
  prometheus: nodeExporter,
  telegraf: (point: Point) => {
    const { series, field, ...rest } = point;
    // The input that scrapes exporters has this name, and fields named as there.
    return series === "prometheus" && field !== undefined ? nodeExporter({ ...rest, series: field }) : telegraf(point);
  },
};
