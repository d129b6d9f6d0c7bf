import type { Contest, ContestDeps } from './contest.ts'
import { lockSession } from './person.ts'
import { ofUser, told } from '../campaign/api-client.ts'

const ticketTtlMs = 30_000

/** One ticket of a page, which asks for a challenge with it. */
export async function* ticketContest({ api, user }: ContestDeps): AsyncGenerator<readonly [string, Contest], void> {
  await told(api, { method: 'POST', path: ofUser(user, 'factors/recovery-codes'), body: {} }, [201])
  const lock = await lockSession(api, user)
  const path = `/v1/locks/${encodeURIComponent(lock)}/challenges`
  const asked = { user, session: 's-1', purpose: 'challenge' }
  // A ticket is good for 30 s: not before the round has its turn.
  let minted: Promise<Readonly<Record<string, unknown>>> | undefined
  yield [
    'a ticket',
    {
      async use(guard) {
        minted ??= told(api, { method: 'POST', path: '/v1/tickets', body: asked }, [201])
        const { ticket } = await minted
        const headers = { authorization: `Ticket ${String(ticket)}` }
        return guard.call({ method: 'POST', path, body: { factor: 'recovery-code' }, headers })
      },
      accepted: 201,
      refused: [401],
      goodForMs: ticketTtlMs,
    },
  ]
}
