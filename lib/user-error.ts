/** A problem that the user can fix; the message says where it is and how to fix it. */
export class UserError extends Error {
  override readonly name = "UserError";
}
