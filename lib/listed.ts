/** More names would hide what is said about them. */
const NAMES_MAX = 5;

/** `web-01, web-02 and 3 more`. */
export function listed(names: readonly string[], most = NAMES_MAX): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** `1 record`, `2 records`. */
export function amountOf(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? "" : "s"}`;
}
