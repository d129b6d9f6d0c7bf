import { logTopics, splitUserKey } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'

/** Topics whose keys name a user, dead letters of them included; other keys have something else after the tenant. */
const ofUsers: ReadonlySet<string> = new Set(
  logTopics.flatMap(({ name, key }) => (key === 'tenant:user' ? [name] : [])),
)

/** Whose a record is, as it is stored; `user` is empty where its key names none. */
export function ownerOf({ topic, key }: Pick<LogRecord, 'topic' | 'key'>): Readonly<{ tenant: string; user: string }> {
  const { tenant, user } = splitUserKey(key)
  return { tenant, user: ofUsers.has(topic) ? user : '' }
}
