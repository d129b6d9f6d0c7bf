import type { Assessment } from '@watchword/node'
import type { FastifyInstance } from 'fastify'
import { attackKinds, createAttacks } from './attacks.ts'
import { BankError } from './bank-error.ts'
import { type BankParts, requireSession, textOf } from './bank-parts.ts'
import { judgementView } from './judgement-view.ts'
import { vantageOf } from './vantage.ts'

/** What no bank has: attacks to try, and a look at what Watchword sees. Neither is reported as an activity of the person. */
export const registerDemoRoutes = (server: FastifyInstance, parts: BankParts): void => {
  const attacks = createAttacks(parts)

  server.post('/bank/api/demo/attacks', async (request) => {
    const session = requireSession(parts, request)
    const wanted = textOf(request.body, 'kind', 32)
    const kind = attackKinds.find((one) => one === wanted)
    if (kind === undefined) throw new BankError('invalid-request', 'There is no such attack.')
    return { steps: await attacks.run(kind, session, vantageOf(request, session.person.home)) }
  })

  server.get('/bank/api/demo/insight', async (request) => {
    const { person } = requireSession(parts, request)
    const url = new URL(`/v1/users/${encodeURIComponent(person.user)}/timeline?limit=60`, parts.config.watchwordUrl)
    const answer = await parts.deps.fetch(url, { headers: { authorization: `Bearer ${parts.config.key}` } })
    if (!answer.ok) throw new BankError('try-again', 'The timeline is not available at the moment.')
    const { items } = (await answer.json()) as { readonly items: readonly TimelineItem[] }
    return { events: items.flatMap(eventOf).slice(0, 12) }
  })
}

type TimelineItem = { readonly time: string; readonly topic: string; readonly type: string; readonly data: unknown }

const eventOf = ({ time, topic, type, data }: TimelineItem): readonly object[] => {
  if (topic !== 'watchword.assessment.v1' || type !== 'assessment') return []
  const assessment = data as Assessment
  return [{ time, of: assessment['type'], ...judgementView(assessment) }]
}
