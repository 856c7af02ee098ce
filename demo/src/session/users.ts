/** Who can sign in. Yours are in a table, and prove who they are by more than a button. */
export const USERS = { alice: 'Alice', bob: 'Bob' } as const

/** How a user is known to rows, sessions and views. */
export type UserId = keyof typeof USERS

export function isUser(id: unknown): id is UserId {
  return typeof id === 'string' && Object.hasOwn(USERS, id)
}

/** What a user is called on pages. */
export function nameOf(id: string): string {
  return isUser(id) ? USERS[id] : id
}
