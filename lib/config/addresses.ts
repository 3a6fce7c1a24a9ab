/** Addresses that SNS would take; whether anybody is there, only a message can tell. */
export const EMAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;
/** E.164, as SNS wants it. */
export const PHONE = /^\+[1-9]\d{6,14}$/;
/** Alerts name hosts and values, so they go over TLS only. */
export const WEBHOOK = /^https:\/\/[^\s/?#]+[^\s]*$/;
