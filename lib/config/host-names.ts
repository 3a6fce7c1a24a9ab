/** The known name of a host that uses this name. */
export type HostOf = (name: string) => string;

/** Cuts off the first of these domains in which a name lies, so that `web-1.example.com` and `web-1` are one host. */
export function withoutDomains(domains: readonly string[]): HostOf {
  const endings = domains.map((domain) => `.${domain.toLowerCase()}`);
  if (endings.length === 0) return (name) => name;
  return (name) => {
    const lower = name.toLowerCase();
    const ending = endings.find((one) => lower.endsWith(one) && lower.length > one.length);
    return ending === undefined ? name : name.slice(0, -ending.length);
  };
}
