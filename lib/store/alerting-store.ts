import { newDesk } from "../alert/desk.ts";
import type { AlertingStore } from "../alert/ports.ts";
import { gather } from "../gather-all.ts";
import type { Clock } from "../time.ts";
import {
  type AlertingKind,
  AUDIT_KEY,
  alertingKey,
  allowanceOfItem,
  announcedOfItem,
  auditOfItem,
  deskOfItem,
  eventKey,
  eventOfItem,
  expiryOf,
  itemOfAllowance,
  itemOfAnnounced,
  itemOfAudit,
  itemOfDesk,
  itemOfEvent,
  itemOfQuiet,
  itemOfRefusal,
  itemOfSilence,
  itemOfTimeLabel,
  quietOfItem,
  refusalOfItem,
  silenceOfItem,
  timeKey,
  timeLabelOfItem,
} from "./alerting-item.ts";
import { createItemReader, type OnUnreadable } from "./item-reader.ts";
import { type Item, type ItemTable, unchanged } from "./item-table.ts";

/** The memory of alerting: small items, each saved on condition that no other process saved it since it was read. */
export function createAlertingStore(table: ItemTable, onUnreadable: OnUnreadable, clock: Clock): AlertingStore {
  const { values, one } = createItemReader(table, onUnreadable);
  const all = (kind: AlertingKind) => allOf(table, kind);
  const isKept = (item: Item) => !(expiryOf(item) <= Math.floor(clock() / 1000));
  const unexpired = async (kind: "silence" | "quiet" | "refusal" | "label") => (await all(kind)).filter(isKept);
  const saveNext = async <T extends { readonly revision: number }>(value: T, itemOf: (next: T) => Item) => {
    const next = { ...value, revision: value.revision + 1 };
    return (await table.put(itemOf(next), unchanged("revision", value.revision))) ? next : undefined;
  };
  return {
    async silences() {
      return values(await unexpired("silence"), silenceOfItem);
    },

    saveSilence: (silence) => saveNext(silence, itemOfSilence),

    async quiets() {
      return values(await unexpired("quiet"), quietOfItem);
    },

    saveQuiet: (quiet) => saveNext(quiet, itemOfQuiet),

    async desk(group) {
      return (await one(alertingKey("desk", group), deskOfItem)) ?? newDesk(group);
    },

    async desks() {
      return values(await all("desk"), deskOfItem);
    },

    saveDesk: (desk) => saveNext(desk, itemOfDesk),

    async allowance(name) {
      const stored = await one(alertingKey("allowance", name), allowanceOfItem);
      return stored ?? { name, times: [], held: { critical: 0, warning: 0 }, revision: 0 };
    },

    saveAllowance: (allowance) => saveNext(allowance, itemOfAllowance),

    announced: (owner) => one(alertingKey("announced", owner), announcedOfItem),

    async saveAnnounced(owner, announced) {
      await table.put(itemOfAnnounced(owner, announced));
    },

    async refusals() {
      return values(await unexpired("refusal"), refusalOfItem);
    },

    async saveRefusal(refusal) {
      await table.put(itemOfRefusal(refusal));
    },

    async endRefusal(owner) {
      await table.delete(alertingKey("refusal", owner));
    },

    async timeLabels() {
      return values(await unexpired("label"), timeLabelOfItem);
    },

    async saveTimeLabel(label) {
      await table.put(itemOfTimeLabel(label));
    },

    async removeTimeLabel(id) {
      await table.delete(alertingKey("label", id));
    },

    async events(from, to) {
      // An item's key goes on after the time, so one of exactly `to` lies beyond.
      const found = await gather(table.query({ partition: "event", between: [timeKey(from), timeKey(to)] }));
      return values(found.filter(isKept), eventOfItem);
    },

    async saveEvent(event) {
      await table.put(itemOfEvent(event));
    },

    async removeEvent(event) {
      await table.delete(eventKey(event));
    },

    audit: () => one(AUDIT_KEY, auditOfItem),

    async saveAudit(audit) {
      await table.put(itemOfAudit(audit));
    },
  };
}

/** A desk from before its last message was removed would send that message again, so desks are read consistently. */
function allOf(table: ItemTable, kind: AlertingKind): Promise<readonly Item[]> {
  return gather(table.query({ partition: kind, consistent: kind === "desk" }));
}
