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
    return { events: eventsOf(items).slice(0, 8) }
  })
}

type TimelineItem = { readonly time: string; readonly topic: string; readonly type: string; readonly data: unknown }

type Reported = {
  readonly body?: {
    readonly data?: { readonly id?: string; readonly type?: string; readonly action?: { type?: string } }
  }
}

/** The judgements of a timeline, each with the kind of activity it is about. */
const eventsOf = (items: readonly TimelineItem[]): readonly object[] => {
  const kinds = new Map<string, string>()
  for (const { topic, type, data } of items) {
    if (topic !== 'watchword.activity.v1' || type !== 'activity') continue
    const reported = (data as Reported).body?.data
    if (reported?.id !== undefined) kinds.set(reported.id, reported.action?.type ?? reported.type ?? '')
  }
  return items.flatMap(({ time, topic, type, data }) => {
    if (topic !== 'watchword.assessment.v1' || type !== 'assessment') return []
    const assessment = data as Assessment
    const kind = kinds.get(assessment.activity) ?? 'activity'
    return [{ time, kind, isFirst: assessment['trained'] === false, ...judgementView(assessment) }]
  })
}
