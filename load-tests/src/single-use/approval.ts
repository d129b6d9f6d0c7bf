import { told } from '../campaign/api-client.ts'
import { eventually } from '../campaign/eventually.ts'
import { totpCode, totpStep } from '../campaign/totp-code.ts'
import { stepMs } from './codes.ts'
import type { Contest, ContestDeps } from './contest.ts'
import { enrolTotp } from './person.ts'

const showsWithinMs = 20_000

/** One answer of an approver; then the approval itself, which lets the action be done once. */
export async function* approvalContest({
  api,
  everywhere,
  user,
}: ContestDeps): AsyncGenerator<readonly [string, Contest], void> {
  const secret = await enrolTotp(api, user)
  const parameters = { to: 'DE02 1203', amount: '25000.00' }
  const action = { type: 'transfer', resource: '/accounts/1', parameters }
  const asked = { user, session: 's-1', action, approver: 'owner' }
  const { id } = await told(api, { method: 'POST', path: '/v1/authorizations', body: asked }, [201])
  const path = `/v1/authorizations/${encodeURIComponent(String(id))}`
  const approver = { user, session: 's-1' }
  const { challenge } = await told(api, { method: 'POST', path: `${path}/approvals`, body: approver }, [201])
  await showsAs('pending')
  let code: string | undefined
  yield [
    'an answer of an approver',
    {
      use(guard) {
        code ??= totpCode(secret, totpStep(Date.now()))
        return guard.call({ method: 'POST', path: `${path}/approvals`, body: { ...approver, challenge, code } })
      },
      accepted: 200,
      refused: [401, 409, 429],
      goodForMs: stepMs,
    },
  ]
  await showsAs('approved')
  yield [
    'an approval',
    {
      use: (guard) => guard.call({ method: 'POST', path: `${path}/consume`, body: { parameters } }),
      accepted: 200,
      refused: [409],
    },
  ]

  /** At every guard: the one that has not heard of it would answer that there is no such thing. */
  async function showsAs(status: string): Promise<void> {
    for (const guard of everywhere) {
      const shown = await eventually(async () => {
        const seen = await guard.call({ method: 'GET', path })
        return !seen.cut && seen.body?.['status'] === status ? true : undefined
      }, showsWithinMs)
      if (shown === undefined) throw new Error(`the authorization of ${user} is not ${status} in ${showsWithinMs} ms`)
    }
  }
}
