/** The name by which a host is known that calls itself so. */
export type HostOf = (name: string) => string;

/** Takes off the first of these domains in which a name lies, so that `web-1.example.com` and `web-1` are one host. */
export function withoutDomains(domains: readonly string[]): HostOf {
  const endings = domains.map((domain) => `.${domain.toLowerCase()}`);
  if (endings.length === 0) return (name) => name;
  return (name) => {
    const lower = name.toLowerCase();
    const ending = endings.find((one) => lower.endsWith(one) && lower.length > one.length);
    return ending === undefined ? name : name.slice(0, -ending.length);
  };
}
