import type { AddFactor, SubmitVerification } from './commands.ts'
import type { VerificationPassed } from './events.ts'
import type { Factor } from './state.ts'

type Proof = Pick<
  (SubmitVerification | AddFactor)['data'],
  'challenge' | 'challengeExpiresAt' | 'app' | 'session' | 'context' | 'step' | 'backedUp'
>

/** What the first answer of a new factor says: where the person enrolled it; it opens nothing, and vouches for nothing by itself. */
export function factorProved(at: number, factor: Pick<Factor, 'id' | 'kind'>, proof: Proof): VerificationPassed {
  const { challenge, challengeExpiresAt, app, session, context, step, backedUp } = proof
  return {
    type: 'VerificationPassed',
    at,
    data: {
      lock: null,
      version: null,
      challenge,
      challengeExpiresAt,
      factor: factor.id,
      factorKind: factor.kind,
      verifiedUntil: at,
      app,
      session,
      context,
      ended: false,
      vouched: [],
      disowned: [],
      step,
      backedUp,
      backupChanged: false,
      pass: null,
    },
  }
}
