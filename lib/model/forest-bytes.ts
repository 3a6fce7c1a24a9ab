import { addNode, checkShape, depthLimit, type Forest, forestOfNodes, type Nodes } from "./forest.ts";

/**
 * A sixth of an item of DynamoDB. 100 trees of 256 rows take 20 to 45 kB on a server's metrics, and 62 kB on uniform
 * numbers, which make large trees. One tree of the largest sample always fits.
 */
export const FOREST_BYTES_MAX = 65_536;
export const HEADER_BYTES = 7;
const VERSION = 1;
const THRESHOLD_BYTES = 4;
/** Symbols below this one take one byte. */
const SHORT_END = 128;

/**
 * Little-endian: version (1 byte), trees, features, ψ (2 each); then the nodes. A node is a symbol: one byte below 128,
 * else two of seven bits each, lower first. The symbol is a feature, after which its threshold follows as a single, or
 * features + rows − 1 of a leaf.
 */
export function bytesOfForest(forest: Forest): Uint8Array {
  const { features, sampleSize, roots, feature, threshold, size } = forest;
  const bytes = new Uint8Array(HEADER_BYTES + bytesOfNodes(forest, features, 0));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint16(1, roots.length, true);
  view.setUint16(3, features, true);
  view.setUint16(5, sampleSize, true);
  let at = HEADER_BYTES;
  for (let node = 0; node < feature.length; node++) {
    const symbol = symbolOf(feature[node]!, size[node]!, features);
    if (symbol >= SHORT_END) bytes[at++] = SHORT_END | (symbol & 127);
    bytes[at++] = symbol < SHORT_END ? symbol : symbol >> 7;
    if (feature[node]! < 0) continue;
    view.setFloat32(at, threshold[node]!, true);
    at += THRESHOLD_BYTES;
  }
  return bytes;
}

/** Reads the bytes of bytesOfForest. Throws RangeError with the problem of any other bytes. */
export function forestOfBytes(bytes: Uint8Array): Forest {
  if (bytes.length > FOREST_BYTES_MAX) throw new RangeError(`${bytes.length} bytes exceed ${FOREST_BYTES_MAX}`);
  if (bytes.length < HEADER_BYTES) throw new RangeError(`${bytes.length} bytes are too few for a forest`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== VERSION) throw new RangeError(`forest of version ${view.getUint8(0)}, not ${VERSION}`);
  const trees = view.getUint16(1, true);
  const features = view.getUint16(3, true);
  const sampleSize = view.getUint16(5, true);
  checkShape(trees, features, sampleSize);
  const reading = { view, at: HEADER_BYTES, features, sampleSize, depthMax: depthLimit(sampleSize) };
  const nodes: Nodes = { feature: [], threshold: [], right: [], size: [] };
  const roots: number[] = [];
  for (let tree = 0; tree < trees; tree++) {
    roots.push(nodes.feature.length);
    const size = readNode(reading, nodes, 0);
    if (size !== sampleSize) throw new RangeError(`tree ${tree} holds ${size} rows, not ${sampleSize}`);
  }
  if (reading.at < bytes.length) throw new RangeError(`${bytes.length - reading.at} bytes after the last tree`);
  return forestOfNodes(features, sampleSize, roots, nodes);
}

/** Length of the nodes from `start` on in bytesOfForest. */
export function bytesOfNodes(nodes: Pick<Nodes | Forest, "feature" | "size">, features: number, start: number): number {
  let bytes = 0;
  for (let node = start; node < nodes.feature.length; node++) {
    bytes += symbolOf(nodes.feature[node]!, nodes.size[node]!, features) < SHORT_END ? 1 : 2;
    if (nodes.feature[node]! >= 0) bytes += THRESHOLD_BYTES;
  }
  return bytes;
}

interface Reading {
  readonly view: DataView;
  at: number;
  readonly features: number;
  readonly sampleSize: number;
  readonly depthMax: number;
}

/** Reads a node and all below it, and returns how many rows came to it. */
function readNode(reading: Reading, nodes: Nodes, depth: number): number {
  const { features, sampleSize, depthMax } = reading;
  const symbol = readSymbol(reading);
  if (symbol >= features + sampleSize)
    throw new RangeError(`symbol ${symbol} at byte ${reading.at} is no feature or leaf`);
  if (symbol >= features) {
    const size = symbol - features + 1;
    addNode(nodes, -1, 0, size);
    return size;
  }
  if (depth === depthMax) throw new RangeError(`a tree of ${sampleSize} rows is deeper than ${depthMax}`);
  const node = addNode(nodes, symbol, readThreshold(reading), 0);
  const left = readNode(reading, nodes, depth + 1);
  nodes.right[node] = nodes.feature.length;
  const size = left + readNode(reading, nodes, depth + 1);
  nodes.size[node] = size;
  return size;
}

function readSymbol(reading: Reading): number {
  const low = readByte(reading);
  if (low < SHORT_END) return low;
  const high = readByte(reading);
  if (high === 0 || high >= SHORT_END) throw new RangeError(`byte ${reading.at - 1} ends no symbol`);
  return (high << 7) | (low & 127);
}

function readByte(reading: Reading): number {
  if (reading.at >= reading.view.byteLength) throw new RangeError(`the trees end early, at byte ${reading.at}`);
  return reading.view.getUint8(reading.at++);
}

function readThreshold(reading: Reading): number {
  if (reading.at + THRESHOLD_BYTES > reading.view.byteLength) {
    throw new RangeError(`the trees end early, in the threshold at byte ${reading.at}`);
  }
  const threshold = reading.view.getFloat32(reading.at, true);
  if (!Number.isFinite(threshold)) throw new RangeError(`the threshold at byte ${reading.at} is not finite`);
  reading.at += THRESHOLD_BYTES;
  return threshold;
}

function symbolOf(feature: number, size: number, features: number): number {
  return feature >= 0 ? feature : features + size - 1;
}
