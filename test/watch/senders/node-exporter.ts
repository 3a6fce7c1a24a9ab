import * as m from "./machine.ts";

interface Sample {
  readonly name: string;
  readonly time: number;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Names that node_exporter 1.5 has beside those that are judged, of which there are one or a few each. */
const OTHERS = {
  node_memory_:
    "Active Active_anon Active_file AnonHugePages AnonPages Bounce Buffers Cached CommitLimit Committed_AS DirectMap1G DirectMap2M DirectMap4k Dirty Inactive Inactive_anon Inactive_file KReclaimable KernelStack Mapped MemFree Mlocked PageTables Percpu SReclaimable SUnreclaim Shmem Slab SwapCached Unevictable VmallocTotal VmallocUsed Writeback",
  node_netstat_:
    "Icmp_InErrors Icmp_InMsgs Icmp_OutMsgs IpExt_InOctets IpExt_OutOctets Ip_Forwarding TcpExt_ListenDrops TcpExt_ListenOverflows TcpExt_SyncookiesFailed TcpExt_TCPSynRetrans TcpExt_TCPTimeouts Tcp_ActiveOpens Tcp_InErrs Tcp_InSegs Tcp_OutRsts Tcp_OutSegs Tcp_PassiveOpens Udp_InDatagrams Udp_InErrors Udp_NoPorts Udp_OutDatagrams Udp_RcvbufErrors Udp_SndbufErrors",
  node_sockstat_: "TCP_alloc TCP_inuse TCP_mem TCP_orphan TCP_tw UDP_inuse UDP_mem sockets_used RAW_inuse FRAG_inuse",
  node_timex_:
    "estimated_error_seconds maxerror_seconds offset_seconds status sync_status tai_offset_seconds tick_seconds",
  node_vmstat_: "pgfault pgpgin pgpgout",
  node_: "boot_time_seconds time_seconds entropy_available_bits filefd_maximum intr_total processes_threads uname_info",
  go_: "goroutines threads info memstats_alloc_bytes memstats_frees_total memstats_heap_objects memstats_mallocs_total memstats_sys_bytes",
  process_: "cpu_seconds_total max_fds open_fds resident_memory_bytes start_time_seconds virtual_memory_bytes",
  promhttp_: "metric_handler_requests_in_flight metric_handler_requests_total",
};
const OF_DISK =
  "discard_time_seconds_total discarded_sectors_total discards_completed_total info io_now io_time_weighted_seconds_total read_time_seconds_total reads_merged_total write_time_seconds_total writes_merged_total".split(
    " ",
  );
const OF_NETWORK =
  "carrier carrier_changes_total device_id flags iface_id iface_link info mtu_bytes net_dev_group receive_compressed_total receive_fifo_total receive_frame_total receive_multicast_total receive_packets_total speed_bytes transmit_carrier_total transmit_colls_total transmit_compressed_total transmit_fifo_total transmit_packets_total transmit_queue_length up".split(
    " ",
  );

/** A scrape of node_exporter as a bridge of remote write has it: one sample for each of some 500 series. */
export function nodeExporter(n: number): readonly Sample[] {
  const samples: Sample[] = [];
  const add = (name: string, value: number, labels: Readonly<Record<string, string>> = {}) =>
    samples.push({
      name,
      time: 1000 * m.secondsAt(n),
      value,
      labels: { instance: `${m.HOST}:9100`, job: "node", ...labels },
    });
  const total = (name: string, perSecond: number, labels?: Readonly<Record<string, string>>) =>
    add(name, m.grown(perSecond, n), labels);
  for (const [i, modes] of m.CPUS.entries()) {
    for (const [mode, percent] of Object.entries(modes)) {
      total("node_cpu_seconds_total", percent / 100, { cpu: String(i), mode });
    }
    for (const mode of ["user", "nice"]) total("node_cpu_guest_seconds_total", 0, { cpu: String(i), mode });
    for (const what of ["dropped", "processed", "times_squeezed"])
      total(`node_softnet_${what}_total`, 3, { cpu: String(i) });
  }
  for (const [i, minutes] of [1, 5, 15].entries()) add(`node_load${minutes}`, m.LOAD[i]!);
  add("node_memory_MemTotal_bytes", m.MEMORY.total);
  add("node_memory_MemAvailable_bytes", m.MEMORY.available);
  add("node_memory_SwapTotal_bytes", m.SWAP.total);
  add("node_memory_SwapFree_bytes", m.SWAP.free);
  total("node_vmstat_pswpin", m.SWAP.in);
  total("node_vmstat_pswpout", m.SWAP.out);
  total("node_vmstat_pgmajfault", m.FAULTS.major);
  total("node_vmstat_oom_kill", m.FAULTS.oom);
  for (const [device, disk] of Object.entries(m.DISKS)) {
    total("node_disk_read_bytes_total", disk.read, { device });
    total("node_disk_written_bytes_total", disk.write, { device });
    total("node_disk_reads_completed_total", disk.reads, { device });
    total("node_disk_writes_completed_total", disk.writes, { device });
    total("node_disk_io_time_seconds_total", disk.busy / 100, { device });
    for (const what of OF_DISK) total(`node_disk_${what}`, 1, { device });
  }
  for (const { mount: mountpoint, device, type: fstype, ...mount } of m.MOUNTS) {
    const labels = { device: `/dev/${device}`, fstype, mountpoint };
    add("node_filesystem_size_bytes", mount.size, labels);
    add("node_filesystem_free_bytes", mount.free, labels);
    add("node_filesystem_avail_bytes", mount.available, labels);
    add("node_filesystem_files", mount.inodes, labels);
    add("node_filesystem_files_free", mount.inodes - mount.inodesUsed, labels);
    add("node_filesystem_readonly", 0, labels);
    add("node_filesystem_device_error", 0, labels);
  }
  for (const [device, network] of Object.entries(m.NETWORKS)) {
    total("node_network_receive_bytes_total", network.in, { device });
    total("node_network_transmit_bytes_total", network.out, { device });
    total("node_network_receive_errs_total", network.errorsIn, { device });
    total("node_network_transmit_errs_total", network.errorsOut, { device });
    total("node_network_receive_drop_total", network.dropsIn, { device });
    total("node_network_transmit_drop_total", network.dropsOut, { device });
    for (const what of OF_NETWORK) add(`node_network_${what}`, 1, { device });
  }
  add("node_netstat_Tcp_CurrEstab", m.TCP.established);
  total("node_netstat_Tcp_RetransSegs", m.TCP.retransmits);
  add("node_nf_conntrack_entries", m.CONNTRACK.entries);
  add("node_nf_conntrack_entries_limit", m.CONNTRACK.max);
  add("node_procs_running", m.PROCESSES.running);
  add("node_procs_blocked", m.PROCESSES.blocked);
  add("node_processes_pids", m.PROCESSES.total);
  add("node_processes_state", m.PROCESSES.zombies, { state: "Z" });
  add("node_processes_state", 200, { state: "S" });
  total("node_forks_total", m.PROCESSES.started);
  total("node_context_switches_total", m.PROCESSES.switches);
  add("node_filefd_allocated", m.PROCESSES.files);
  for (const [what, percent] of Object.entries(m.PRESSURE)) {
    total(`node_pressure_${what}_waiting_seconds_total`, percent / 100);
    if (what !== "cpu") total(`node_pressure_${what}_stalled_seconds_total`, percent / 200);
  }
  for (const [prefix, names] of Object.entries(OTHERS)) for (const name of names.split(" ")) add(prefix + name, 1);
  for (let i = 0; i < 47; i++) {
    add("node_scrape_collector_success", 1, { collector: `c${i}` });
    add("node_scrape_collector_duration_seconds", 0.001, { collector: `c${i}` });
  }
  return samples;
}
