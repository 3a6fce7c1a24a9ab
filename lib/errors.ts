export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The name that Node or the system gives to the kind of an error, such as ENOENT; empty without one. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
