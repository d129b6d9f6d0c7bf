/** Which users of a tenant may be locked on demands that nothing proves, and when that was last said; those of the last minute alone. */
export type LockBudget = Readonly<{ granted: readonly Readonly<{ user: string; at: number }>[] }>

/** Of a tenant that has not been asked. */
export const noLocksGranted: LockBudget = { granted: [] }

const windowMs = 60_000

/**
 * Whether a demand that nothing proves may lock a user: so many different users in any minute of log time (`at`, epoch milliseconds, which
 * never goes back) and no more. A user who was granted counts as of the latest time.
 */
export function askForLock(
  { granted }: LockBudget,
  { user, usersPerMinute, at }: Readonly<{ user: string; usersPerMinute: number; at: number }>,
): Readonly<{ budget: LockBudget; isGranted: boolean }> {
  const recent = granted.filter((one) => at - one.at < windowMs)
  const others = recent.filter((one) => one.user !== user)
  if (others.length >= usersPerMinute) return { budget: { granted: recent }, isGranted: false }
  return { budget: { granted: [...others, { user, at }] }, isGranted: true }
}
