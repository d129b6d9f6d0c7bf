import { type Codecs, type NotificationRaised, type NotificationRecord, topicOf, userKey } from '@watchword/contracts'
import { consider, kindRules, nothingTold, type Occasion, type ToldState } from '@watchword/notification'
import type { Folded, OutputSpec, Stage, StageContext } from '@watchword/stream'

export type NoticeOutputs = { notification: NotificationRecord }

/** CloudEvents types of the records of `watchword.notification.v1`. */
export const raisedType = 'watchword.notification-raised'
export const attemptedType = 'watchword.delivery-attempted'

/** Something to consider, with what would be said of it. */
export type Notice = Readonly<{
  tenant: string
  user: string
  occasion: Occasion
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
    stateVersion: 'notice-1',
    // Nobody can be told of what cannot be read; the dead letters have it.
    degrade: (state) => ({ state, outputs: [] }),
    encodeState: (state) => Buffer.from(JSON.stringify(state)),
    decodeState,
    outputs: { notification },
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
  const verdict = consider(before ?? nothingTold, occasion, time)
  if (!verdict.tell) return { state: verdict.state, outputs: [] }
  const { severity, audience } = kindRules[occasion.kind]
  const id = `n-${letter}-${partition}-${offset}`
  const { kind, device } = occasion
  const data = { id, kind, severity, audience, device, similar: verdict.similar, ...said }
  const value: NotificationRecord = { tenant, user, at: time, body: { type: 'notification-raised', data } }
  return { state: verdict.state, outputs: [{ output: 'notification', key: userKey(tenant, user), value }] }
}

function decodeState(bytes: Uint8Array): ToldState {
  const state = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<ToldState>
  if (!Array.isArray(state.told) || typeof state.heldBack !== 'object') throw new TypeError('not what a user was told')
  return state as ToldState
}
