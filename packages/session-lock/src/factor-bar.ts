import type { Lock } from './state.ts'

/**
 * Whether locks forbid a change of factors. One that nothing proves concerns nobody but the session or device that it names; and who has no
 * factor yet cannot give the second one that a requirement waits for.
 */
export function barsFactorChanges(
  locks: readonly Pick<Lock, 'grounds' | 'scope' | 'by'>[],
  hasFactor: boolean,
): boolean {
  return locks.some(({ grounds, scope, by }) => {
    const isAside = grounds === 'unproven' && scope !== 'user'
    return !isAside && (hasFactor || by !== 'requirement')
  })
}
