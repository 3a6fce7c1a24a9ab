import { type ConvBiGru, learn } from "./conv-bigru.ts";

/** How a network is trained. */
export interface Training {
  /** In [0, 1), from a seed: equal numbers make equal networks. */
  readonly random: () => number;
  /** Called with the finished share. */
  readonly progress: (share: number) => void;
  readonly steps?: number;
}

/** More steps help on some recordings and harm on others. */
const STEPS = 300;
const BATCH = 64;
/** Falls to 0 by a cosine. */
const RATE = 0.005;
/** Adam (Kingma and Ba 2015), with the constants of the paper. */
const [MEAN_DECAY, SQUARE_DECAY, TINY] = [0.9, 0.999, 1e-8];

/** Trains on windows of `rows`, each of which is drawn as often as the others. Returns the weights. */
export function train(
  network: ConvBiGru,
  rows: Float64Array,
  window: number,
  { random, progress, steps = STEPS }: Training,
): Float64Array {
  const { metrics } = network;
  const starts = rows.length / metrics - window + 1;
  const weights = initial(network, random);
  const [means, squares] = [new Float64Array(weights.length), new Float64Array(weights.length)];
  for (let step = 1; step <= steps; step++) {
    const gradient = new Float64Array(weights.length);
    for (let i = 0; i < BATCH; i++) {
      const start = Math.floor(random() * starts) * metrics;
      learn(network, weights, rows.subarray(start, start + window * metrics), gradient, 1 / BATCH);
    }
    const rate = (RATE / 2) * (1 + Math.cos((Math.PI * (step - 1)) / steps));
    for (let k = 0; k < weights.length; k++) {
      means[k] = MEAN_DECAY * means[k]! + (1 - MEAN_DECAY) * gradient[k]!;
      squares[k] = SQUARE_DECAY * squares[k]! + (1 - SQUARE_DECAY) * gradient[k]! ** 2;
      const mean = means[k]! / (1 - MEAN_DECAY ** step);
      const square = squares[k]! / (1 - SQUARE_DECAY ** step);
      weights[k]! -= (rate * mean) / (Math.sqrt(square) + TINY);
    }
    progress(step / steps);
  }
  return weights;
}

/** Uniform, within one over the square root of the number of values that a weight's unit adds up. */
function initial({ metrics, channels, units, directions, dense, weights }: ConvBiGru, random: () => number) {
  const [forth] = directions;
  const within = (k: number) => {
    if (k < forth.offset) return 1 / Math.sqrt(3 * metrics);
    return k < dense ? 1 / Math.sqrt(Math.max(units, channels)) : 1 / Math.sqrt(2 * units);
  };
  return Float64Array.from({ length: weights }, (_, k) => (2 * random() - 1) * within(k));
}
