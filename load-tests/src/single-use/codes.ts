import { type ApiCall, ofUser, told } from '../campaign/api-client.ts'
import { totpCode, totpStep } from '../campaign/totp-code.ts'
import { type Contest, type ContestDeps, context } from './contest.ts'
import { challengeOf, enrolTotp, lockSession } from './person.ts'

const challengesOfTheirOwn = 10
/** How long a TOTP code is good for at least. */
export const stepMs = 30_000

/** One code of an authenticator app. */
export async function* totpContest(deps: ContestDeps): AsyncGenerator<readonly [string, Contest], void> {
  const secret = await enrolTotp(deps.api, deps.user)
  const lock = await lockSession(deps.api, deps.user)
  const contest = await codeContest(deps, lock, 'totp', () => totpCode(secret, totpStep(Date.now())))
  // The step after its own is the last that a code is good for.
  yield ['a TOTP code', { ...contest, goodForMs: stepMs }]
}

/** One recovery code. */
export async function* recoveryCodeContest(deps: ContestDeps): AsyncGenerator<readonly [string, Contest], void> {
  const { api, user } = deps
  const path = ofUser(user, 'factors/recovery-codes')
  const { codes } = await told(api, { method: 'POST', path, body: {} }, [201])
  const [code = ''] = codes as readonly string[]
  const lock = await lockSession(api, user)
  yield ['a recovery code', await codeContest(deps, lock, 'recovery-code', () => code)]
}

/** The same code for one challenge, or in every other round for several: it is the code that is good once, and the challenge. */
async function codeContest(
  { api, round }: ContestDeps,
  lock: string,
  factor: string,
  codeOf: () => string,
): Promise<Contest> {
  const count = round % 2 === 0 ? challengesOfTheirOwn : 1
  const challenges = await Promise.all(Array.from({ length: count }, () => challengeOf(api, lock, factor)))
  let code: string | undefined
  return {
    use(guard, index) {
      code ??= codeOf()
      return guard.call(responseTo(challenges[index % count]?.challenge ?? '', { code }))
    },
    accepted: 200,
    refused: [401, 409, 429],
  }
}

/** An answer to a challenge. */
export function responseTo(challenge: string, answer: object): ApiCall {
  const path = `/v1/challenges/${encodeURIComponent(challenge)}/responses`
  return { method: 'POST', path, body: { ...answer, context } }
}
