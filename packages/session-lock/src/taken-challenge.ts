import type { TakenChallenge } from './events.ts'
import type { Factor } from './state.ts'

/** What a wrong answer takes: a ceremony has one answer (WebAuthn Level 3, 13.4.3); a code may be mistyped, and be typed again. */
export function takenBy({ kind }: Factor, challenge: string | null, expiresAt: number | null): TakenChallenge | null {
  return kind !== 'webauthn' || challenge === null || expiresAt === null ? null : { id: challenge, expiresAt }
}
