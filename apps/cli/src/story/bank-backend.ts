import { setTimeout } from 'node:timers/promises'
import type { Api } from '../api.ts'
import type { Somebody } from './cast.ts'

export type Judged = Readonly<{
  id: string
  activity: string
  score: number
  level: string
  decision: string
  reasonAdmin: string
  signals: readonly Readonly<{ code: string; points: number }>[]
}>
export type TimelineRow = Readonly<{ type: string; id: string; data: unknown }>
export type Standing = Readonly<{ mfaVerified: boolean; locked: boolean; sessionState: string; lock?: LockTold }>
export type LockTold = Readonly<{ id: string; level: string; challengeUri: string; factors: readonly string[] }>
type Timeline = Readonly<{ items: readonly TimelineRow[]; fresh: boolean }>
export type Answered = Readonly<{ status: number; body: Readonly<{ code?: string } & Record<string, unknown>> }>

const timelineAttempts = 20

/** What the backend of an app does with Watchword, over its public interface alone. */
export function createBankBackend(api: Api, user: string) {
  const ofUser = `/v1/users/${user}`
  const answered: Judged[] = []

  function assessmentOf(answer: unknown): Judged {
    const [result] = (answer as { results: readonly { status: string; assessment?: Judged }[] }).results
    if (result?.assessment === undefined) throw new Error(`no judgement within 5 s (${result?.status ?? 'no result'})`)
    answered.push(result.assessment)
    return result.assessment
  }

  async function report(activity: Readonly<Record<string, unknown>>, prefer?: string): Promise<unknown> {
    return api.call('POST', '/v1/activities', { user, ...activity }, prefer === undefined ? {} : { prefer })
  }

  return {
    /** Reports a login and waits for its judgement. */
    async login(who: Somebody, session: string): Promise<Judged> {
      const answer = await report({ type: 'login', outcome: 'succeeded', session, ...who }, 'wait=5')
      return assessmentOf(answer)
    },
    /** Serves one request of somebody who presents the session: admits or refuses first, then reports. */
    async serve(who: Somebody, session: string): Promise<'admitted' | 'refused'> {
      const { mfaVerified } = await this.standing(session)
      if (!mfaVerified) return 'refused'
      await report({
        type: 'access',
        outcome: 'succeeded',
        session,
        action: { type: 'read', resource: '/accounts' },
        ...who,
      })
      return 'admitted'
    },
    async standing(session: string): Promise<Standing> {
      return (await api.call('GET', `${ofUser}/status?session=${session}`)) as Standing
    },
    async ticket(purpose: string, session: string): Promise<string> {
      return ((await api.call('POST', '/v1/tickets', { user, session, purpose })) as { ticket: string }).ticket
    },
    async enrol(): Promise<Readonly<{ factor: string; secret: string; uri: string }>> {
      return (await api.call('POST', `${ofUser}/factors/totp`, {})) as { factor: string; secret: string; uri: string }
    },
    async confirm(factor: string, code: string, session: string, context: object): Promise<void> {
      await api.call('POST', `${ofUser}/factors/totp/${factor}/confirm`, { code, session, context })
    },
    async challenge(lock: LockTold): Promise<string> {
      return ((await api.call('POST', lock.challengeUri, { factor: 'totp' })) as { challenge: string }).challenge
    },
    /** Answers a challenge; a refusal is an answer too. */
    async respond(challenge: string, code: string, context: object): Promise<Answered> {
      const response = await fetch(`${api.url}/v1/challenges/${encodeURIComponent(challenge)}/responses`, {
        method: 'POST',
        headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ code, context }),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    /** All that happened so far; asks again while the answer may lack the newest. */
    async timeline(): Promise<readonly TimelineRow[]> {
      for (let attempt = 1; ; attempt += 1) {
        const { items, fresh } = (await api.call('GET', `${ofUser}/timeline?limit=200`)) as Timeline
        if (fresh || attempt === timelineAttempts) return items
        await setTimeout(100)
      }
    },
    async assessment(id: string): Promise<Judged> {
      return (await api.call('GET', `/v1/assessments/${encodeURIComponent(id)}`)) as Judged
    },
    /** The judgements that were waited for. */
    answered: (): readonly Judged[] => answered,
  }
}

export type BankBackend = ReturnType<typeof createBankBackend>
