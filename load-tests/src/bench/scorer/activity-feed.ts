import { type ActivityRecord, type Codecs, createCodecs, createEmbeddedRegistry, userKey } from '@watchword/contracts'
import type { AppendRecord } from '@watchword/event-log'
import { createSeededRandom } from '../../campaign/seeded-random.ts'
import { address } from '../drive/logins.ts'
import { sampleRecord } from '../drive/sample-record.ts'
import { createZipf } from './zipf.ts'

/** How many users act, and how unevenly. */
export const usersActing = 100_000
export const zipfExponent = 1

/** One in so many activities is a login from the user's second device and address, with a second factor. */
export const loginEvery = 20

/** Activities as ingest writes them. */
export interface ActivityFeed {
  /** One login of every user, with a second factor: after it everybody is known. */
  logins(topic: string): readonly AppendRecord[]
  /** What the users do then, the most active ones most of it. */
  next(topic: string, count: number): readonly AppendRecord[]
}

/** The records are ingest's own for one login, under other names. */
export async function createActivityFeed(codecs: Pick<Codecs, 'activity'>): Promise<ActivityFeed> {
  const sample = await sampleRecord()
  const template = (await createCodecs(createEmbeddedRegistry())).activity.decode(sample.value)
  const random = createSeededRandom(7)
  const user = createZipf(usersActing, zipfExponent, random.next)
  let made = 0

  function record(topic: string, number: number, isLogin: boolean, place: number): AppendRecord {
    made += 1
    const activity = activityOf(template, { number, place, isLogin, id: `activity-${made}` })
    return {
      topic,
      key: userKey(activity.tenant, activity.user),
      value: codecs.activity.encode(activity),
      headers: sample.headers,
    }
  }

  return {
    logins: (topic) => Array.from({ length: usersActing }, (_, number) => record(topic, number, true, 0)),
    next: (topic, count) =>
      Array.from({ length: count }, () => {
        const isLogin = random.between(1, loginEvery) === 1
        return record(topic, user(), isLogin, isLogin ? 1 : 0)
      }),
  }
}

type Wanted = Readonly<{ number: number; place: number; isLogin: boolean; id: string }>

function activityOf(record: ActivityRecord, { number, place, isLogin, id }: Wanted): ActivityRecord {
  if (record.body.type !== 'activity') throw new RangeError('the sample is something else than an activity')
  const { data } = record.body
  const now = Date.now()
  const ip = address(number * 2 + place)
  return {
    ...record,
    user: `user-${number}`,
    receivedAt: now,
    body: {
      type: 'activity',
      data: {
        ...data,
        id,
        type: isLogin ? 'login' : 'access',
        methods: isLogin ? data.methods : [],
        session: `s-${number}-${place}`,
        device: `device-${number}-${place}`,
        fingerprint: `fp-${number}-${place}`,
        ip,
        time: now,
        action: isLogin ? data.action : { type: 'read', resource: '/accounts', sensitivity: 'low', count: 1 },
        network: data.network && { ...data.network, address: ip, prefix: `${ip.slice(0, ip.lastIndexOf('.'))}.0/24` },
      },
    },
  }
}
