/** Forms that SNS accepts. Whether somebody reads there, only a message can show. */
export const EMAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;
/** E.164, the form that SNS expects. */
export const PHONE = /^\+[1-9]\d{6,14}$/;
/** TLS only, because alerts name hosts and values. */
export const WEBHOOK = /^https:\/\/[^\s/?#]+[^\s]*$/;
