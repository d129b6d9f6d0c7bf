import { type Codecs, type NotificationRaised, type NotificationRecord, topicOf, userKey } from '@watchword/contracts'
import { consider, type Digest, kindRules, nothingTold, type Occasion, type ToldState } from '@watchword/notification'
import type { Folded, OutputSpec, Stage, StageContext } from '@watchword/stream'

export type NoticeOutputs = { notification: NotificationRecord; digest: NotificationRecord }

/** CloudEvents types of the records of `watchword.notification.v1`. */
export const raisedType = 'watchword.notification-raised'
export const attemptedType = 'watchword.delivery-attempted'
export const digestType = 'watchword.digest-counted'

/** Something to consider, with what would be said of it. */
export type Notice = Readonly<{
  tenant: string
  user: string
  occasion: Omit<Occasion, 'id'>
  said: Omit<NotificationRaised, 'id' | 'kind' | 'severity' | 'audience' | 'device' | 'similar'>
}>

/** What the two stages that raise notifications have in common: they keep what was told lately, and say what is to be told now. */
export function noticeStage(
  codecs: Pick<Codecs, 'notification'>,
): Pick<
  Stage<ToldState, never, NoticeOutputs>,
  'degrade' | 'encodeState' | 'decodeState' | 'stateVersion' | 'outputs'
> {
  const notification: OutputSpec<NotificationRecord> = {
    topic: topicOf('notification'),
    encode: codecs.notification.encode,
    coPartitioned: true,
    compacted: false,
    ceType: raisedType,
  }
  return {
    stateVersion: 'notice-2',
    // Nobody can be told of what cannot be read; the dead letters have it.
    degrade: (state) => ({ state, outputs: [] }),
    encodeState: (state) => Buffer.from(JSON.stringify(state)),
    decodeState,
    outputs: { notification, digest: { ...notification, ceType: digestType } },
  }
}

/** Tells or holds back; `letter` tells the stages apart in the ids of notifications. */
export function foldNotice(
  before: ToldState | undefined,
  notice: Notice | null,
  { partition, offset, time }: StageContext,
  letter: 'a' | 's',
): Folded<ToldState, NoticeOutputs> {
  if (notice === null) return { state: before, outputs: [] }
  const { tenant, user, occasion, said } = notice
  const id = `n-${letter}-${partition}-${offset}`
  const verdict = consider(before ?? nothingTold, { ...occasion, id }, time)
  const key = userKey(tenant, user)
  const digests = (verdict.digest === undefined ? [] : [verdict.digest]).map(
    (digest) => ({ output: 'digest', key, value: digestRecord({ tenant, user, at: time }, digest, said.app) }) as const,
  )
  if (!verdict.tell) return { state: verdict.state, outputs: digests }
  const { severity, audience } = kindRules[occasion.kind]
  const { kind, device } = occasion
  const data = { id, kind, severity, audience, device, similar: verdict.similar, ...said }
  const value: NotificationRecord = { tenant, user, at: time, body: { type: 'notification-raised', data } }
  return { state: verdict.state, outputs: [...digests, { output: 'notification', key, value }] }
}

function digestRecord(
  about: Pick<NotificationRecord, 'tenant' | 'user' | 'at'>,
  digest: Digest,
  app: string | null,
): NotificationRecord {
  const { severity, audience } = kindRules[digest.kind]
  return { ...about, body: { type: 'digest-counted', data: { ...digest, severity, audience, app } } }
}

function decodeState(bytes: Uint8Array): ToldState {
  const state = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<ToldState>
  if (!Array.isArray(state.told) || !isObject(state.heldBack) || !isObject(state.digests))
    throw new TypeError('not what a user was told')
  return state as ToldState
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
