import { type Codecs, type SessionRecord, topicOf } from '@watchword/contracts'
import type { NotificationKind, ToldState } from '@watchword/notification'
import type { Stage } from '@watchword/stream'
import { foldNotice, type Notice, type NoticeOutputs, noticeStage } from './notice-output.ts'

/** Why a session is ended that somebody else may have used: by the lock stage, or by a verdict. */
const alarming: ReadonlySet<string> = new Set(['attempts-spent', 'another-context', 'confirmed-compromised'])

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
    fold: (state, record, context) => foldNotice(state, noticeOf(record, record.body), context, 's'),
  }
}

type About = Partial<Notice['said']> &
  Pick<Notice['said'], 'subject' | 'reasonUser'> &
  Readonly<{ device?: string | null }>

type Body<Type> = Extract<SessionRecord['body'], Readonly<{ type: Type }>>['data']

/** What is told of each type of record: of all others nobody hears. */
const notices: {
  [Type in SessionRecord['body']['type']]?: (record: SessionRecord, data: Body<Type>) => Notice | null
} = {
  'session-locked': locked,
  'session-ended': ended,
  'factor-changed': factorChanged,
  'factors-reset': factorsReset,
  'approval-requested': approvalRequested,
}

/** The CloudEvents types of the same. */
const toldTypes: ReadonlySet<string | undefined> = new Set(Object.keys(notices).map((type) => `watchword.${type}`))

function noticeOf<Type extends SessionRecord['body']['type']>(
  record: SessionRecord,
  { type, data }: Readonly<{ type: Type; data: Body<Type> }>,
): Notice | null {
  return notices[type]?.(record, data) ?? null
}

function locked(record: SessionRecord, { lock }: Body<'session-locked'>): Notice | null {
  const { id, by, app, session, device, level, reasonUser } = lock
  if (by !== 'operator') return null
  return notice(record, 'locked-by-operator', { subject: id, app, session, device, level, reasonUser })
}

function ended(record: SessionRecord, { app, session, reason }: Body<'session-ended'>): Notice | null {
  if (!alarming.has(reason)) return null
  return notice(record, 'session-ended', {
    ...sentenceOf('session-ended'),
    subject: session,
    app,
    session,
    facts: { reason },
  })
}

function factorChanged(record: SessionRecord, { factor, kind, change, by }: Body<'factor-changed'>): Notice | null {
  // Not yet confirmed: nobody can answer with it.
  if (change === 'added') return null
  const facts = { factorKind: kind, ...(by === null ? {} : { by }) }
  const told = change === 'removed' ? 'factor-removed' : 'factor-added'
  return notice(record, told, { ...sentenceOf(told), subject: factor, facts })
}

function factorsReset(record: SessionRecord, { removed }: Body<'factors-reset'>): Notice {
  return notice(record, 'factors-reset', {
    ...sentenceOf('factors-reset'),
    subject: record.user,
    facts: { removed: String(removed) },
  })
}

function approvalRequested(record: SessionRecord, asked: Body<'approval-requested'>): Notice {
  const { authorization, owner, app, action } = asked
  const facts = { owner, action: action.type, resource: action.resource }
  return notice(record, 'approval-requested', {
    ...sentenceOf('approval-requested'),
    subject: authorization,
    app,
    facts,
  })
}

/** What is said where the record does not say it. */
const sentences = {
  'session-ended': 'A session of yours was ended, because somebody else may have used it.',
  'factor-added': 'A second factor was added to your account.',
  'factor-removed': 'A second factor was removed from your account.',
  'factors-reset': 'All second factors of your account were removed by an operator.',
  'approval-requested': 'You are asked to approve an action.',
} as const satisfies Partial<Record<NotificationKind, string>>

function sentenceOf(kind: keyof typeof sentences): Readonly<{ reasonUser: Notice['said']['reasonUser'] }> {
  return { reasonUser: { en: sentences[kind] } }
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
      // Records of locks, sessions and factors do not have them.
      ip: null,
      country: null,
      userAgent: null,
      signals: [],
      score: null,
      level: null,
      facts: {},
      ...said,
    },
  }
}
