import { isLoopback } from "./http.ts";

/** An address to which alerts may go: https, or http on this machine. For any other text, the reason against it. */
export function webAddress(text: string): URL | string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.host))) return url;
  return url?.protocol === "http:" ? "an http address would send alerts unencrypted" : "this is no web address";
}
