import { type ApiClient, ofUser } from '../campaign/api-client.ts'
import { totpCode, totpStep, withinStep } from '../campaign/totp-code.ts'
import type { Verdicts } from '../campaign/verdicts.ts'

export type SingleUseConfig = Readonly<{ rounds: number; responses: number }>

/** In each round so many responses with the same valid code at the same time: one success. Every other round each has its own challenge. */
export async function raceForCodes(
  { rounds, responses }: SingleUseConfig,
  { api, verdicts }: Readonly<{ api: ApiClient; verdicts: Verdicts }>,
): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    const { lockId, secret } = await lockedUser(api, `race-${round}`)
    const ownChallenges = round % 2 === 0
    const challenges = await Promise.all(
      Array.from({ length: ownChallenges ? responses : 1 }, () => challengeOf(api, lockId)),
    )
    await withinStep(3_000)
    const code = totpCode(secret, totpStep(Date.now()))
    const answers = await Promise.all(
      Array.from({ length: responses }, async (_, index) => {
        const challenge = challenges[index % challenges.length] ?? ''
        const path = `/v1/challenges/${encodeURIComponent(challenge)}/responses`
        const outcome = await api.call({ method: 'POST', path, body: { code, context: { ip: '198.51.100.9' } } })
        return outcome.cut ? 'cut' : outcome.status
      }),
    )
    const opened = answers.filter((status) => status === 200).length
    const told = (): string => `round ${round}: ${JSON.stringify(Object.groupBy(answers, String), counts)}`
    verdicts.expect('one hundred responses with one code open once', opened === 1, told)
    const expected = answers.every((status) => status === 200 || status === 401 || status === 409 || status === 429)
    verdicts.expect('the others are refused as the interface says', expected, told)
  }
}

function counts(_name: string, value: unknown): unknown {
  return Array.isArray(value) ? value.length : value
}

type LockedUser = Readonly<{ lockId: string; secret: string }>

async function lockedUser(api: ApiClient, user: string): Promise<LockedUser> {
  await withinStep(2_000)
  const { factor, secret } = await must(api, ofUser(user, 'factors/totp'), {})
  // The code of the step before confirms, so that the present one is still unused.
  const code = totpCode(String(secret), totpStep(Date.now()) - 1)
  await must(api, ofUser(user, `factors/totp/${String(factor)}/confirm`), { code })
  const { lock } = await must(api, ofUser(user, 'lock'), { reason: 'race', session: 's-1' })
  return { lockId: (lock as { id: string }).id, secret: String(secret) }
}

async function challengeOf(api: ApiClient, lockId: string): Promise<string> {
  const { challenge } = await must(api, `/v1/locks/${encodeURIComponent(lockId)}/challenges`, { factor: 'totp' })
  return String(challenge)
}

async function must(api: ApiClient, path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const outcome = await api.call({ method: 'POST', path, body })
  if (outcome.cut) throw new Error(`POST ${path} was cut: ${outcome.reason}`)
  if (outcome.status > 299) throw new Error(`POST ${path} answered ${outcome.status}: ${JSON.stringify(outcome.body)}`)
  return outcome.body ?? {}
}
