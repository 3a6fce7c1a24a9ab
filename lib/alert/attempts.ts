/** A list of tasks. Each is tried, even if others failed. */
export class Attempts {
  readonly #failures: unknown[] = [];

  /** The result of the work; undefined when it failed. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#failures.push(error);
      return undefined;
    }
  }

  /** Throws when anything failed. */
  end(): void {
    const [first, ...others] = this.#failures;
    if (first === undefined) return;
    const more = others.length > 0 ? `, and ${others.length} more` : "";
    throw new AggregateError(this.#failures, `left to the next run: ${first}${more}`);
  }
}
