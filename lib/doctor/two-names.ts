import { listed } from "../listed.ts";
import type { HostState } from "../watch/state.ts";
import type { Finding } from "./evidence.ts";

/** Hosts that appear with their domain and without: senders on one machine that use different names for it. */
export function twoNames(hosts: readonly HostState[]): readonly Finding[] {
  const names = new Set(hosts.filter(({ retired }) => !retired).map(({ host }) => host));
  const short = new Map([...names].map((name) => [name.toLowerCase(), name]));
  const byDomain = new Map<string, string[]>();
  for (const name of names) {
    const { domain } =
      partsOf(name).find((parts) => short.has(parts.host.toLowerCase()) && isDomain(parts.domain)) ?? {};
    if (domain !== undefined) byDomain.set(domain, [...(byDomain.get(domain) ?? []), name]);
  }
  return [...byDomain].map(([domain, long]) => ({
    cause: "two-names",
    what: `${listed(long)}: also known without the domain ${domain}, each probably one machine with two names.`,
    fix:
      `If so, write "senders": {"domains": ["${domain}"]} into the configuration. ` +
      "Then retire the long names: `fleetwarden hosts retire HOST`.",
    hosts: long,
  }));
}

/** `a.b.c` as host and domain, the longest host first: `a.b` and `c`, `a` and `b.c`. */
function partsOf(name: string) {
  const labels = name.split(".");
  return labels.slice(1).map((_, i) => {
    const at = labels.length - 1 - i;
    return { host: labels.slice(0, at).join("."), domain: labels.slice(at).join(".") };
  });
}

/** Names that networks give themselves without a domain of the Internet (RFC 6762, ICANN's `internal`, routers). */
const LOCAL = ["local", "localdomain", "internal", "lan", "home", "corp"];

/** `example.com`, and no number or part of a name as in `db.1` and `app.worker`. */
function isDomain(domain: string): boolean {
  return LOCAL.includes(domain.toLowerCase()) || /^[a-z\d-]+(\.[a-z\d-]+)*\.[a-z]{2,}$/i.test(domain);
}
