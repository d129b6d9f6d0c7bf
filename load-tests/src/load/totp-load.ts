import { type ApiOutcome, ofUser } from '../campaign/api-client.ts'
import { totpCode, totpStep, withinStep } from '../campaign/totp-code.ts'
import type { SpentCode } from './ledger.ts'
import { isExpected, type LoadDeps } from './load.ts'
import { lockByOperator } from './operator-load.ts'

const context = { ip: '198.51.100.9', device: 'd-own', userAgent: 'campaign' }

/** Enrols new users, locks them, lets them verify, and tries the same code again; for ever. */
export function createTotpLoad(deps: LoadDeps): () => Promise<void> {
  return async () => {
    while (!deps.stopping()) {
      await verifyNewUser(deps)
      await deps.rest()
    }
  }
}

async function verifyNewUser(deps: LoadDeps): Promise<void> {
  const number = deps.nextNumber()
  const user = `totp-${number}`
  const session = `s-${number}`
  const factor = await enrolTotp(deps, user)
  if (factor === undefined) return
  const lockId = await lockByOperator(deps, user, session)
  if (lockId === undefined) return
  const challenge = await challengeOf(deps, lockId)
  if (challenge === undefined) return

  const step = totpStep(Date.now())
  deps.opening()
  const answer = await respond(deps, challenge, factor.secret, step)
  const told = toldBy(deps, answer)
  if (told === undefined) return
  const code: SpentCode = { user, step, told, ...factor }
  deps.ledger.verified(code, session, lockId)
  if (told === 'acknowledged' && deps.random.chance(0.5)) await spendAgain(deps, code)
}

function toldBy(deps: LoadDeps, answer: ApiOutcome): SpentCode['told'] | undefined {
  if (answer.cut || answer.status === 503) {
    deps.count('verifications cut')
    return 'cut'
  }
  if (!isExpected(deps, 'challenge response', answer.status, [200])) return undefined
  deps.count('verifications acknowledged')
  return 'acknowledged'
}

/** Locks the user anew and answers with a code that was spent: it must not open. */
export async function spendAgain(deps: LoadDeps, code: SpentCode): Promise<void> {
  const session = `s-again-${deps.nextNumber()}`
  const lockId = await lockByOperator(deps, code.user, session)
  if (lockId === undefined) return
  const challenge = await challengeOf(deps, lockId)
  if (challenge === undefined) return
  const answer = await respond(deps, challenge, code.secret, code.step)
  if (answer.cut || answer.status === 503) return
  deps.verdicts.expect('a code accepted once is never accepted again', answer.status === 401, () => {
    return `${code.user}, step ${code.step}: ${answer.status}`
  })
  deps.count('codes tried again')
}

/** A TOTP factor that is active, confirmed with the code before the present one; undefined when a kill came between. */
async function enrolTotp(deps: LoadDeps, user: string): Promise<{ factor: string; secret: string } | undefined> {
  await withinStep(1_500)
  const enrolled = await deps.api.call({ method: 'POST', path: ofUser(user, 'factors/totp'), body: {} })
  if (enrolled.cut || !isExpected(deps, 'enrolment', enrolled.status, [200, 201])) return undefined
  const { factor, secret } = enrolled.body as { factor: string; secret: string }
  // The present code is kept for the verification: each opens once.
  const step = totpStep(Date.now()) - 1
  const path = ofUser(user, `factors/totp/${factor}/confirm`)
  const confirmed = await deps.api.call({ method: 'POST', path, body: { code: totpCode(secret, step) } })
  if (confirmed.cut) return undefined
  if (confirmed.status === 401 && totpStep(Date.now()) - 1 > step) {
    deps.count('confirmations that came too late')
    return undefined
  }
  if (!isExpected(deps, 'confirmation', confirmed.status, [200, 204])) return undefined
  deps.count('enrolments acknowledged')
  return { factor, secret }
}

async function challengeOf(deps: LoadDeps, lockId: string): Promise<string | undefined> {
  const path = `/v1/locks/${encodeURIComponent(lockId)}/challenges`
  const outcome = await deps.api.call({ method: 'POST', path, body: { factor: 'totp' } })
  if (outcome.cut || !isExpected(deps, 'challenge', outcome.status, [200, 201])) return undefined
  return outcome.body?.['challenge'] as string
}

function respond(deps: LoadDeps, challenge: string, secret: string, step: number): Promise<ApiOutcome> {
  return deps.api.call({
    method: 'POST',
    path: `/v1/challenges/${encodeURIComponent(challenge)}/responses`,
    body: { code: totpCode(secret, step), context },
  })
}
