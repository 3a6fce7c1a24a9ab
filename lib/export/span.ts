import { fitsGlob } from "../watch/glob.ts";
import type { HostStore } from "../watch/ports.ts";

/** From inclusive, to exclusive, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface NamedHost {
  readonly host: string;
  readonly group: string;
}

/** Patterns of names, in which `*` matches any characters; absent: all. */
export interface Selection {
  readonly host?: string;
  readonly group?: string;
}

export function isSelected(selection: Selection, { host, group }: NamedHost): boolean {
  return fitsGlob(selection.host ?? "*", host) && fitsGlob(selection.group ?? "*", group);
}

/** Names the selected hosts, sorted by name. */
export async function hostsOf(hosts: Pick<HostStore, "all">, selection: Selection): Promise<readonly NamedHost[]> {
  const found: NamedHost[] = [];
  for await (const { host, group } of hosts.all())
    if (isSelected(selection, { host, group })) found.push({ host, group });
  return found.sort((a, b) => (a.host < b.host ? -1 : 1));
}
