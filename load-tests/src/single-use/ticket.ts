import type { Contest, ContestDeps } from './contest.ts'
import { lockSession, must } from './person.ts'
import { ofUser } from '../campaign/api-client.ts'

/** One ticket of a page, which asks for a challenge with it. */
export async function* ticketContest({ api, user }: ContestDeps): AsyncGenerator<readonly [string, Contest], void> {
  await must(api, { method: 'POST', path: ofUser(user, 'factors/recovery-codes'), body: {} }, 201)
  const lock = await lockSession(api, user)
  const path = `/v1/locks/${encodeURIComponent(lock)}/challenges`
  const asked = { user, session: 's-1', purpose: 'challenge' }
  const { ticket } = await must(api, { method: 'POST', path: '/v1/tickets', body: asked }, 201)
  const headers = { authorization: `Ticket ${String(ticket)}` }
  const body = { factor: 'recovery-code' }
  yield [
    'a ticket',
    { use: (guard) => guard.call({ method: 'POST', path, body, headers }), accepted: 201, refused: [401] },
  ]
}
