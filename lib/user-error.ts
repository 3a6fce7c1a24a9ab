/** Something that the user can mend; the message says where it is and how to mend it. */
export class UserError extends Error {
  override readonly name = "UserError";
}
