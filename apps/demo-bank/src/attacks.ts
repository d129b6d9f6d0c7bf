import type { Activity } from '@watchword/node'
import { type BankParts, subjectOf, untilHeld } from './bank-parts.ts'
import type { BankSession } from './bank-sessions.ts'
import { type JudgementView, judgementView } from './judgement-view.ts'
import { saoPaulo, sydney, warsaw } from './place.ts'
import { subjectFacts, type Vantage } from './vantage.ts'

/** One thing that happened in an attack. */
export type Step = {
  readonly text: string
  readonly outcome: 'done' | 'admitted' | 'refused'
  readonly judgement?: JudgementView
}

/** The attacks to try. */
export const attackKinds = ['replay', 'replay-again', 'travel', 'new-device', 'export'] as const
export type AttackKind = (typeof attackKinds)[number]

/** Plays attacks against a person's own session, through the same guard as every request. */
export type Attacks = {
  readonly run: (kind: AttackKind, session: BankSession, own: Vantage) => Promise<readonly Step[]>
}

type Play = (session: BankSession, own: Vantage) => Promise<readonly Step[]>

const thief: Vantage = {
  place: saoPaulo,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  fingerprint: `fp-${'b7'.repeat(32)}`,
}

const stranger: Vantage = {
  place: warsaw,
  userAgent:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  fingerprint: `fp-${'3c'.repeat(32)}`,
}

export const createAttacks = (parts: BankParts): Attacks => {
  const { watchword, guard, sessions, deps } = parts
  /** The copied cookies, by user. */
  const stolen = new Map<string, BankSession>()

  const request = async (session: BankSession, what: string): Promise<Step> => {
    const verdict = await guard().admit(subjectOf(session), '/bank/api/overview')
    if (verdict.outcome !== 'refused') return { text: `${what}: let through.`, outcome: 'admitted' }
    const ended = verdict.refusal.body.code === 'session-ended'
    const why = ended
      ? 'this session has ended for good'
      : `${verdict.refusal.status} ${verdict.refusal.body.code ?? ''}`
    return { text: `${what}: refused, ${why}.`, outcome: 'refused' }
  }

  const judge = async (session: BankSession, activity: Activity): Promise<Step> => {
    const assessment = await watchword().judge(activity, { waitMs: 5_000 })
    if (assessment === null) return { text: 'The judgement is not ready yet.', outcome: 'done' }
    const judgement = judgementView(assessment)
    const locks = judgement.decision === 'step-up' || judgement.decision === 'deny'
    if (locks) await untilHeld(parts, subjectOf(session))
    const isFirst = assessment['trained'] === false && judgement.decision === 'allow'
    const consequence = isFirst ? 'Nothing is known of you yet to compare it with.' : consequences[judgement.decision]
    const text = `Watchword judged it: ${judgement.score} of 100, ${judgement.level}. ${consequence}`
    return { text, outcome: 'done', judgement }
  }

  /** A request, its judgement, and the next request. */
  const intrude = async (
    session: BankSession,
    vantage: Vantage,
    facts: Pick<Activity, 'type' | 'outcome' | 'action'>,
  ): Promise<readonly Step[]> => {
    const first = await request(session, `A request from ${vantage.place.label}`)
    if (first.outcome === 'refused') return [first]
    const judged = await judge(session, { ...subjectFacts(session, vantage), ...facts })
    return [first, judged, await request(session, 'The next request with the same cookies')]
  }

  const read = { type: 'access', outcome: 'succeeded', action: { type: 'read', resource: '/accounts' } } as const

  const replay = async (session: BankSession): Promise<readonly Step[]> => {
    stolen.set(session.person.user, session)
    const copied: Step = {
      text: `Somebody in ${thief.place.label} has a copy of your cookies, and uses Firefox on Linux.`,
      outcome: 'done',
    }
    return [copied, ...(await intrude(session, thief, read))]
  }

  const signInElsewhere = async (session: BankSession): Promise<readonly Step[]> => {
    const theirs = sessions.begin(session.person, deps.randomBytes(24).toString('base64url'))
    const knows: Step = {
      text: `Somebody in ${stranger.place.label} knows your password and signs in.`,
      outcome: 'done',
    }
    const judged = await judge(theirs, {
      ...subjectFacts(theirs, stranger),
      type: 'login',
      outcome: 'succeeded',
      authentication: { methods: ['pwd'] },
    })
    return [knows, judged, await request(theirs, 'Their first request')]
  }

  const replayAgain = async (session: BankSession): Promise<readonly Step[]> => {
    const copy = stolen.get(session.person.user)
    if (copy === undefined) return [{ text: 'No cookies have been stolen yet.', outcome: 'done' }]
    return [await request(copy, `The copied cookies, again from ${thief.place.label}`)]
  }

  const exportAll = async (session: BankSession, own: Vantage): Promise<readonly Step[]> => {
    const action = { type: 'export', resource: '/customers', sensitivity: 'high', count: 25_000 }
    const asked: Step = { text: 'Somebody at your desk asks for a list of 25 000 customers.', outcome: 'done' }
    return [asked, ...(await intrude(session, own, { type: 'access', outcome: 'attempted', action }))]
  }

  const plays: Readonly<Record<AttackKind, Play>> = {
    replay,
    'replay-again': replayAgain,
    travel: (session, own) => intrude(session, { ...own, place: sydney }, read),
    'new-device': signInElsewhere,
    export: exportAll,
  }
  return { run: (kind, session, own) => plays[kind](session, own) }
}

const consequences: Readonly<Record<string, string>> = {
  allow: 'Nothing to do.',
  notify: 'Worth a note to you, not a lock.',
  'step-up': 'The session is locked until you confirm that it is you.',
  deny: 'The session is locked.',
}
