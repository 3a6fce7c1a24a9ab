/** Forms that SNS accepts. Only a message can show whether somebody reads there. */
export const EMAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;
/** E.164, the form that SNS expects. */
export const PHONE = /^\+[1-9]\d{6,14}$/;
/** TLS only, because alerts name hosts and values. */
export const WEBHOOK = /^https:\/\/[^\s/?#]+[^\s]*$/;
