import type { ActivityRecord } from '@watchword/contracts'
import type { createProfileStage } from '@watchword/scorer'
import { address } from './logins.ts'

/** Logins of each user, from two devices, fingerprints and addresses. */
export const loginsEach = 3

type ProfileStage = ReturnType<typeof createProfileStage>
type ProfileState = Parameters<ProfileStage['encodeState']>[0]

/** The state of a user, folded by the scorer's own stage from a login under other names, which all begin with the user's `number`. */
export function foldedProfile(
  stage: ProfileStage,
  template: ActivityRecord,
  user: string,
  number: number,
): ProfileState {
  let state: ProfileState | undefined
  for (let index = 0; index < loginsEach; index += 1) {
    const time = template.receivedAt + index * 3_600_000
    const record = renamed(template, user, number, index % 2, time)
    state = stage.fold(state, record, { partition: 0, offset: index, time }).state
  }
  if (state === undefined) throw new RangeError('the stage forgot its user')
  return state
}

function renamed(record: ActivityRecord, user: string, number: number, place: number, time: number): ActivityRecord {
  if (record.body.type !== 'activity') throw new RangeError('the log begins with something else than an activity')
  const ip = address(number * 2 + place)
  const { data } = record.body
  const renamedData = {
    ...data,
    id: `${data.id}-${number}-${time}`,
    session: `s-${number}-${time}`,
    device: `device-${number}-${place}`,
    fingerprint: `fp-${number}-${place}`,
    ip,
    time,
    network: data.network && { ...data.network, address: ip, prefix: `${ip.slice(0, ip.lastIndexOf('.'))}.0/24` },
  }
  return { ...record, user, receivedAt: time, body: { type: 'activity', data: renamedData } }
}
