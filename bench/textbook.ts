import { Matrix } from "ml-matrix";
import { z } from "zod";
import type { StreamEvent } from "../lib/handlers/contract.ts";
import type { Covariance } from "../lib/model/gaussian.ts";
import { packedFromQuads } from "../lib/model/triangle.ts";
import { createBaseline, FEATURES, type Host, SCHEMA } from "./fleet.ts";

const Sample = z.object({
  host: z.string(),
  group: z.string(),
  time: z.number(),
  metrics: z.record(z.string(), z.number()),
});

interface Model {
  readonly mean: Matrix;
  readonly sd: Matrix;
  /** The inverse of the covariance. */
  readonly inverse: Matrix;
  readonly epsilon: number;
}

/**
 * The function as a tutorial writes it: parse, validate with zod, score with ml-matrix, one record after the other.
 * Returns the number of anomalies; keeps no state, opens no incident, tells no duplicates.
 */
export function createTextbook(hosts: readonly Host[], covariance: Covariance): (event: StreamEvent) => number {
  const models = new Map(hosts.map((host) => [host.name, createModel(host, covariance)]));
  return ({ Records }) => {
    let anomalies = 0;
    for (const { kinesis } of Records) {
      const sample = Sample.safeParse(JSON.parse(Buffer.from(kinesis.data, "base64").toString()));
      const model = sample.success ? models.get(sample.data.host) : undefined;
      if (!sample.success || !model) throw new Error(`record ${kinesis.sequenceNumber} cannot be scored`);
      const { metrics } = sample.data;
      const row = Matrix.rowVector(SCHEMA.names.map((name) => metrics[name]!));
      if (0.5 * distanceOf(model, row, covariance) > model.epsilon) anomalies++;
    }
    return anomalies;
  };
}

function distanceOf({ mean, sd, inverse }: Model, row: Matrix, covariance: Covariance): number {
  const deviation = Matrix.sub(row, mean);
  if (covariance === "diagonal") return deviation.div(sd).pow(2).sum();
  return deviation.mmul(inverse).mmul(deviation.transpose()).get(0, 0);
}

function createModel(host: Host, covariance: Covariance): Model {
  const { model, epsilon } = createBaseline(host, covariance);
  const whitening = model.detector === "gaussian" ? model.whitening : undefined;
  const triangle = new Matrix(FEATURES, FEATURES);
  const packed = packedFromQuads(whitening ?? new Float64Array(8 * 10 * 11), FEATURES);
  for (let i = 0, k = 0; i < FEATURES; i++) for (let j = 0; j <= i; j++, k++) triangle.set(i, j, packed[k]!);
  return {
    mean: Matrix.rowVector([...model.mean]),
    sd: Matrix.rowVector([...model.sd]),
    inverse: triangle.transpose().mmul(triangle),
    epsilon,
  };
}
