import { backGru, type Gru, type GruTrace, gruWeights, runGru } from "./gru.ts";

/**
 * A network that reads a window of T samples of D metrics and writes it again. Its layers are a convolution over time,
 * a gated recurrent unit in either direction, and a dense layer at each sample. All weights lie in one array.
 */
export interface ConvBiGru {
  readonly metrics: number;
  /** Channels of the convolution. */
  readonly channels: number;
  /** Units of each direction. */
  readonly units: number;
  readonly directions: readonly [Gru, Gru];
  /** First weights of the dense layer; the weights of the convolution come first of all. */
  readonly dense: number;
  readonly weights: number;
}

/** Samples that a channel sees: one before, its own, and one behind. */
const REACH = 3;
/** The slope of the leaky rectifier for negative values, behind the convolution. */
const LEAK = 0.1;

export function convBiGru(metrics: number, { channels = 16, units = 16 } = {}): ConvBiGru {
  const convolution = channels * (REACH * metrics + 1);
  const each = gruWeights({ inputs: channels, units });
  const direction = (k: number) => ({ inputs: channels, units, offset: convolution + k * each, isBackward: k === 1 });
  const dense = convolution + 2 * each;
  const weights = dense + metrics * (2 * units + 1);
  return { metrics, channels, units, directions: [direction(0), direction(1)], dense, weights };
}

/** A pass through the network, with the values that the backward pass needs. */
export interface Pass {
  /** T × D. */
  readonly output: Float64Array;
  readonly convolved: Float64Array;
  readonly hidden: Float64Array;
  readonly traces: readonly [GruTrace, GruTrace];
}

/** `window` is T × D. */
export function run(network: ConvBiGru, weights: Float64Array, window: Float64Array): Pass {
  const { metrics, units, directions } = network;
  const rows = window.length / metrics;
  const convolved = convolve(network, weights, window);
  const width = 2 * units;
  const hidden = new Float64Array(rows * width);
  const traceOf = (k: 0 | 1) => runGru(directions[k], weights, convolved, { out: hidden, width, column: k * units });
  const traces = [traceOf(0), traceOf(1)] as const;
  return { output: dense(network, weights, hidden), convolved, hidden, traces };
}

/**
 * Adds to `gradient` the derivative of the mean of squared errors of the whole window by each weight, times `share`.
 * Returns that mean.
 */
export function learn(
  network: ConvBiGru,
  weights: Float64Array,
  window: Float64Array,
  gradient: Float64Array,
  share = 1,
): number {
  const { metrics, units, directions } = network;
  const { output, convolved, hidden, traces } = run(network, weights, window);
  const width = 2 * units;
  let loss = 0;
  const dOutput = output.map((value, k) => {
    const off = value - window[k]!;
    loss += (off * off) / window.length;
    return (2 * share * off) / window.length;
  });
  const dHidden = new Float64Array(hidden.length);
  for (let k = 0; k < dOutput.length; k++) {
    const [row, d] = [Math.floor(k / metrics), k % metrics];
    const place = network.dense + d * (width + 1);
    gradient[place + width]! += dOutput[k]!;
    for (let h = 0; h < width; h++) {
      gradient[place + h]! += dOutput[k]! * hidden[row * width + h]!;
      dHidden[row * width + h]! += dOutput[k]! * weights[place + h]!;
    }
  }
  const dConvolved = new Float64Array(convolved.length);
  for (const k of [0, 1] as const) {
    const out = { out: dHidden, width, column: k * units };
    backGru(directions[k], weights, convolved, traces[k], out, gradient, dConvolved);
  }
  backConvolution(network, window, convolved, dConvolved, gradient);
  return loss;
}

/** Beyond either end of the window there are zeros. */
function convolve({ metrics, channels }: ConvBiGru, weights: Float64Array, window: Float64Array): Float64Array {
  const rows = window.length / metrics;
  const size = REACH * metrics;
  const convolved = new Float64Array(rows * channels);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < channels; c++) {
      const place = c * (size + 1);
      let sum = weights[place + size]!;
      const first = (row - 1) * metrics;
      for (let k = Math.max(0, -first); k < size && first + k < window.length; k++) {
        sum += weights[place + k]! * window[first + k]!;
      }
      convolved[row * channels + c] = sum > 0 ? sum : LEAK * sum;
    }
  }
  return convolved;
}

function backConvolution(
  { metrics, channels }: ConvBiGru,
  window: Float64Array,
  convolved: Float64Array,
  dConvolved: Float64Array,
  gradient: Float64Array,
): void {
  const size = REACH * metrics;
  for (let k = 0; k < convolved.length; k++) {
    const [row, c] = [Math.floor(k / channels), k % channels];
    const grown = convolved[k]! > 0 ? dConvolved[k]! : LEAK * dConvolved[k]!;
    const place = c * (size + 1);
    gradient[place + size]! += grown;
    const first = (row - 1) * metrics;
    for (let i = Math.max(0, -first); i < size && first + i < window.length; i++) {
      gradient[place + i]! += grown * window[first + i]!;
    }
  }
}

function dense({ metrics, units, dense }: ConvBiGru, weights: Float64Array, hidden: Float64Array): Float64Array {
  const width = 2 * units;
  const rows = hidden.length / width;
  const output = new Float64Array(rows * metrics);
  for (let k = 0; k < output.length; k++) {
    const [row, d] = [Math.floor(k / metrics), k % metrics];
    const place = dense + d * (width + 1);
    let sum = weights[place + width]!;
    for (let h = 0; h < width; h++) sum += weights[place + h]! * hidden[row * width + h]!;
    output[k] = sum;
  }
  return output;
}
