import { LEFT_OUT } from "../json-documents.ts";
import { CHOOSERS } from "../presets/choosers.ts";
import { NETDATA } from "../presets/netdata-contexts.ts";
import { NODE_EXPORTER } from "../presets/node-exporter.ts";
import type { Preset } from "../presets/preset.ts";
import { isCollectd, readCollectd } from "./collectd.ts";
import { isDatadog, readDatadog } from "./datadog.ts";
import { isEmf, readEmf } from "./emf.ts";
import { readKnownLine } from "./known-lines.ts";
import { isMetricStream, readMetricStream } from "./metric-stream.ts";
import { isMetricbeat, readMetricbeat } from "./metricbeat.ts";
import { isNetdata, NETDATA_LINE, readNetdata } from "./netdata.ts";
import { isOtlpJson, readOtlpJson } from "./otlp-json.ts";
import type { Chooser, Fields, Findings, Found, Refused } from "./point.ts";
import {
  BRIDGED_LINE,
  isBridged,
  isRemoteWrite,
  readBridged,
  readRemoteWrite,
  USUAL_LINE,
} from "./prometheus-bridge.ts";
import { refusedDocument } from "./refused-document.ts";
import { isRow, readRow } from "./rows.ts";
import { isSadf, readSadf } from "./sadf.ts";
import { isTelegraf, isTelegrafBatch, readTelegraf, readTelegrafBatch } from "./telegraf.ts";
import { isVector, readVector } from "./vector.ts";
import { isZabbix, readZabbix } from "./zabbix.ts";

interface Shape {
  readonly is: (document: Fields) => boolean;
  readonly read: (document: Fields) => Iterable<Found>;
  readonly choose?: Chooser;
}

/** The shapes of JSON documents, each recognised by its keys. The first that fits reads. */
const SHAPES: readonly Shape[] = [
  { is: isTelegraf, read: readTelegraf, choose: CHOOSERS.telegraf },
  { is: isTelegrafBatch, read: readTelegrafBatch, choose: CHOOSERS.telegraf },
  { is: isOtlpJson, read: readOtlpJson, choose: CHOOSERS.otlp },
  { is: isEmf, read: readEmf, choose: CHOOSERS.emf },
  { is: isMetricStream, read: readMetricStream, choose: CHOOSERS.cloudWatch },
  { is: isVector, read: readVector, choose: CHOOSERS.vector },
  // Before bridges: newer versions have labels, too.
  { is: isNetdata, read: readNetdata, choose: CHOOSERS.netdata },
  { is: isBridged, read: readBridged, choose: CHOOSERS.prometheus },
  { is: isRemoteWrite, read: readRemoteWrite, choose: CHOOSERS.prometheus },
  { is: isCollectd, read: readCollectd, choose: CHOOSERS.collectd },
  { is: isDatadog, read: readDatadog, choose: CHOOSERS.datadog },
  { is: isMetricbeat, read: readMetricbeat, choose: CHOOSERS.metricbeat },
  { is: isZabbix, read: readZabbix, choose: CHOOSERS.zabbix },
  { is: isSadf, read: readSadf, choose: CHOOSERS.sysstat },
];

/**
 * The points in a document of another sender; the reason against them, if it is known; undefined for an unknown shape.
 */
export function foundIn(document: Fields): Findings | Refused | undefined {
  const shape = SHAPES.find(({ is }) => is(document));
  if (shape) return { found: shape.read(document), choose: shape.choose };
  return (
    refusedDocument(document) ??
    (isRow(document) ? { found: readRow(document), choose: CHOOSERS.fluentBit } : undefined)
  );
}

const UNWATCHED_USUALLY = lineOf(USUAL_LINE, NODE_EXPORTER);
const UNWATCHED_OF_BRIDGE = lineOf(BRIDGED_LINE, NODE_EXPORTER);
const UNWATCHED_OF_NETDATA = lineOf(NETDATA_LINE, NETDATA);

/** A line whose series, between these, is in the preset's families and on none of its lines. */
function lineOf([before, after]: readonly [string, string], { families, lines }: Preset): RegExp {
  const watched = [...new Set(lines.map(({ series }) => series.replaceAll(".", "\\.")))].join("|");
  const family = families.source.replaceAll("^", "");
  return new RegExp(String.raw`^\{${before}"(?!(?:${watched})")(?:${family})[^"\\]*"${after}\}\s*$`);
}

/** Longer lines are parsed: the work of these expressions grows with the square of a line. */
const LINE_CHARACTERS_MAX = 2_048;

/** Reads a line without parsing it, as most lines of these senders hold series that people do not watch. */
export function readLine(line: string): ReturnType<typeof readKnownLine> {
  if (line.length > LINE_CHARACTERS_MAX) return undefined;
  const read = UNWATCHED_USUALLY.test(line) ? LEFT_OUT : readKnownLine(line);
  if (read) return read;
  return isLine(UNWATCHED_OF_BRIDGE, line) || isLine(UNWATCHED_OF_NETDATA, line) ? LEFT_OUT : undefined;
}

function isLine(unwatched: RegExp, line: string): boolean {
  return unwatched.test(line) && line.includes('"value":');
}
