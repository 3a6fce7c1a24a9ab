/**
 * A gated recurrent unit (Cho et al. 2014) with the biases of PyTorch's: for inputs x and state h
 *
 *     r, z = σ(Wᵢ x + bᵢ + Wₕ h + bₕ)    n = tanh(Wᵢ x + bᵢ + r (Wₕ h + bₕ))    h' = (1 − z) n + z h
 *
 * Weights lie in one array from an offset on: Wᵢ (3U × inputs), Wₕ (3U × U), bᵢ and bₕ (3U), each r, z, n.
 */
export interface Gru {
  readonly inputs: number;
  /** U. */
  readonly units: number;
  readonly offset: number;
  /** Whether it reads a sequence from its end. */
  readonly isBackward: boolean;
}

/** The values of the forward pass that the backward pass needs; rows in the order in which they were read. */
export interface GruTrace {
  /** (T + 1) × U: the state before each row, and the last one. */
  readonly states: Float64Array;
  /** T × 3U: r, z, n. */
  readonly gates: Float64Array;
  /** T × U: Wₕ h + bₕ of n. */
  readonly recurrent: Float64Array;
}

export function gruWeights({ inputs, units }: Pick<Gru, "inputs" | "units">): number {
  return 3 * units * (inputs + units + 2);
}

/** Reads T rows of x, and writes the state after each into its row of `out`, of `width` columns, from `column` on. */
export function runGru(
  gru: Gru,
  weights: Float64Array,
  x: Float64Array,
  { out, width, column }: { readonly out: Float64Array; readonly width: number; readonly column: number },
): GruTrace {
  const { inputs, units } = gru;
  const rows = x.length / inputs;
  const trace = tracesOf(rows, units);
  const { states, gates, recurrent } = trace;
  const { wi, wh, bi, bh } = placesOf(gru);
  for (let step = 0; step < rows; step++) {
    const row = gru.isBackward ? rows - 1 - step : step;
    for (let g = 0; g < 3 * units; g++) {
      let input = weights[bi + g]!;
      for (let k = 0; k < inputs; k++) input += weights[wi + g * inputs + k]! * x[row * inputs + k]!;
      let own = weights[bh + g]!;
      for (let k = 0; k < units; k++) own += weights[wh + g * units + k]! * states[step * units + k]!;
      const u = g - 2 * units;
      if (u >= 0) recurrent[step * units + u] = own;
      const gate = step * 3 * units + g;
      gates[gate] = u < 0 ? sigmoid(input + own) : Math.tanh(input + gates[gate - 2 * units]! * own);
    }
    for (let u = 0; u < units; u++) {
      const [z, n] = [gates[step * 3 * units + units + u]!, gates[step * 3 * units + 2 * units + u]!];
      const state = (1 - z) * n + z * states[step * units + u]!;
      states[(step + 1) * units + u] = state;
      out[row * width + column + u] = state;
    }
  }
  return trace;
}

/**
 * Takes the derivative of a loss by each output (`dOut`, as `out` in `runGru`). Adds its derivative by each weight to
 * `gradient`, and by each input to `dx`.
 */
export function backGru(
  gru: Gru,
  weights: Float64Array,
  x: Float64Array,
  { states, gates, recurrent }: GruTrace,
  { out: dOut, width, column }: { readonly out: Float64Array; readonly width: number; readonly column: number },
  gradient: Float64Array,
  dx: Float64Array,
): void {
  const { inputs, units } = gru;
  const rows = x.length / inputs;
  const { wi, wh, bi, bh } = placesOf(gru);
  let dState = new Float64Array(units);
  const [dInput, dOwn] = [new Float64Array(3), new Float64Array(3)];
  for (let step = rows - 1; step >= 0; step--) {
    const row = gru.isBackward ? rows - 1 - step : step;
    const before = new Float64Array(units);
    const gate = (g: number, u: number) => gates[step * 3 * units + g * units + u]!;
    for (let u = 0; u < units; u++) {
      const grown = dState[u]! + dOut[row * width + column + u]!;
      const [r, z, n] = [gate(0, u), gate(1, u), gate(2, u)];
      before[u]! += grown * z;
      const dn = grown * (1 - z) * (1 - n * n);
      const dz = grown * (states[step * units + u]! - n) * z * (1 - z);
      const dr = dn * recurrent[step * units + u]! * r * (1 - r);
      dInput.set([dr, dz, dn]);
      dOwn.set([dr, dz, dn * r]);
      for (let g = 0; g < 3; g++) {
        const place = g * units + u;
        const [input, own] = [dInput[g]!, dOwn[g]!];
        gradient[bi + place]! += input;
        gradient[bh + place]! += own;
        for (let k = 0; k < inputs; k++) {
          gradient[wi + place * inputs + k]! += input * x[row * inputs + k]!;
          dx[row * inputs + k]! += input * weights[wi + place * inputs + k]!;
        }
        for (let k = 0; k < units; k++) {
          gradient[wh + place * units + k]! += own * states[step * units + k]!;
          before[k]! += own * weights[wh + place * units + k]!;
        }
      }
    }
    dState = before;
  }
}

function placesOf({ inputs, units, offset }: Gru) {
  const wh = offset + 3 * units * inputs;
  const bi = wh + 3 * units * units;
  return { wi: offset, wh, bi, bh: bi + 3 * units };
}

function tracesOf(rows: number, units: number): GruTrace {
  return {
    states: new Float64Array((rows + 1) * units),
    gates: new Float64Array(rows * 3 * units),
    recurrent: new Float64Array(rows * units),
  };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
