import type { Chooser } from "../senders/point.ts";
import type { Preset } from "./preset.ts";

const KB = { times: 1_024 };

/**
 * Fluent Bit's inputs cpu, mem, disk and netif, as rows. Those of disks and networks count within their interval; the
 * disk's is the sum over all devices (https://docs.fluentbit.io/manual/data-pipeline/inputs).
 */
export const FLUENT_BIT: Preset = {
  sender: "Fluent Bit",
  families: /^cpu\d+\.p_(?:cpu|user|system)$|^(?:Mem|Swap)\.total$|^netif$/,
  tags: { network: "interface" },
  lines: [
    { series: "cpu_p", to: "cpu_busy" },
    { series: "user_p", to: "cpu_user" },
    { series: "system_p", to: "cpu_system" },
    { series: "Mem.used", to: "memory_used", ...KB },
    { series: "Mem.free", to: "memory_free", ...KB },
    { series: "Swap.used", to: "swap_used", ...KB },
    { series: "Swap.free", to: "swap_free", ...KB },
    { series: "read_size", to: "disk_read_bytes_counted" },
    { series: "write_size", to: "disk_write_bytes_counted" },
    { series: "netif", field: "rx.bytes", to: "network_in_bytes_counted" },
    { series: "netif", field: "tx.bytes", to: "network_out_bytes_counted" },
    { series: "netif", field: "rx.errors", to: "network_in_errors_counted" },
    { series: "netif", field: "tx.errors", to: "network_out_errors_counted" },
  ],
};

/** `eth0.rx.bytes`: the interface, and what is counted. */
const OF_INTERFACE = /^(.+)\.((?:rx|tx)\.(?:bytes|packets|errors))$/;

/** A row has the interface in the name of its field, and no series. */
export function ofInterfaces(choose: Chooser): Chooser {
  return (point) => {
    const [, named, field] = OF_INTERFACE.exec(point.series) ?? [];
    return choose(named === undefined ? point : { ...point, series: "netif", field, tags: { interface: named } });
  };
}
