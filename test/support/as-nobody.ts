/** Calls a function without the rights of root, for whom every file is readable. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const user = process.geteuid?.()
  if (user !== 0) return work()
  process.seteuid?.(NOBODY)
  try {
    return await work()
  } finally {
    process.seteuid?.(user)
  }
}

const NOBODY = 65534
