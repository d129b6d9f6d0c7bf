import { type Codecs, type SessionRecord, topicOf } from '@watchword/contracts'
import type { NotificationKind, ToldState } from '@watchword/notification'
import type { Stage } from '@watchword/stream'
import { foldNotice, type Notice, type NoticeOutputs, noticeStage } from './notice-output.ts'

/** CloudEvents types of what may be told of: of all others nobody hears. */
const toldTypes: ReadonlySet<string | undefined> = new Set(
  ['session-locked', 'session-ended', 'factor-changed', 'factors-reset', 'approval-requested'].map(
    (type) => `watchword.${type}`,
  ),
)

/** Why the lock stage ends a session that somebody else may have used. */
const alarming: ReadonlySet<string> = new Set(['attempts-spent', 'another-context'])

/** What happened to locks, sessions and factors -> what is to be told of it. Locks for risk are told with their assessment. */
export function createSessionStage(
  codecs: Pick<Codecs, 'session' | 'notification'>,
): Stage<ToldState, SessionRecord, NoticeOutputs> {
  return {
    ...noticeStage(codecs),
    name: 'session-notice',
    input: topicOf('session'),
    concerns: ({ headers }) => toldTypes.has(headers['ce_type']),
    decode: (record) => codecs.session.decode(record.value ?? new Uint8Array()),
    timeOf: ({ at }) => at,
    fold: (state, record, context) => foldNotice(state, noticeOf(record), context, 's'),
  }
}

type About = Partial<Notice['said']> & Readonly<{ subject: string; device?: string | null }>

type Body<Type> = Extract<SessionRecord['body'], Readonly<{ type: Type }>>['data']

function noticeOf(record: SessionRecord): Notice | null {
  const { body } = record
  if (body.type === 'session-locked') return locked(record, body.data)
  if (body.type === 'session-ended') return ended(record, body.data)
  if (body.type === 'factor-changed') return factorChanged(record, body.data)
  if (body.type === 'factors-reset') return factorsReset(record, body.data)
  if (body.type === 'approval-requested') return approvalRequested(record, body.data)
  return null
}

function locked(record: SessionRecord, { lock }: Body<'session-locked'>): Notice | null {
  const { id, by, app, session, device, level, reasonUser } = lock
  if (by !== 'operator') return null
  return notice(record, 'locked-by-operator', { subject: id, app, session, device, level, reasonUser })
}

function ended(record: SessionRecord, { app, session, reason }: Body<'session-ended'>): Notice | null {
  if (!alarming.has(reason)) return null
  return notice(record, 'session-ended', { subject: session, app, session, facts: { reason } })
}

function factorChanged(record: SessionRecord, { factor, kind, change, by }: Body<'factor-changed'>): Notice | null {
  // Not yet confirmed: nobody can answer with it.
  if (change === 'added') return null
  const facts = { factorKind: kind, ...(by === null ? {} : { by }) }
  return notice(record, change === 'removed' ? 'factor-removed' : 'factor-added', { subject: factor, facts })
}

function factorsReset(record: SessionRecord, { removed }: Body<'factors-reset'>): Notice {
  return notice(record, 'factors-reset', { subject: record.user, facts: { removed: String(removed) } })
}

function approvalRequested(record: SessionRecord, asked: Body<'approval-requested'>): Notice {
  const { authorization, owner, app, action } = asked
  const facts = { owner, action: action.type, resource: action.resource }
  return notice(record, 'approval-requested', { subject: authorization, app, facts })
}

const sentences: Readonly<Record<string, string>> = {
  'session-ended': 'A session of yours was ended, because somebody else may have used it.',
  'factor-added': 'A second factor was added to your account.',
  'factor-removed': 'A second factor was removed from your account.',
  'factors-reset': 'All second factors of your account were removed by an operator.',
  'approval-requested': 'You are asked to approve an action.',
}

function notice({ tenant, user }: SessionRecord, kind: NotificationKind, about: About): Notice {
  const { device = null, ...said } = about
  return {
    tenant,
    user,
    occasion: { kind, cause: about.subject, device },
    said: {
      app: null,
      session: null,
      reasonUser: { en: sentences[kind] ?? '' },
      signals: [],
      score: null,
      level: null,
      facts: {},
      ...said,
    },
  }
}
