import { canonicalUser } from '@watchword/contracts'

/** What a client may ask of a connection; `user` is `*` for the whole app. */
export type ClientFrame =
  | Readonly<{ type: 'subscribe'; user: string }>
  | Readonly<{ type: 'unsubscribe'; user: string }>
  | Readonly<{ type: 'ping'; id: number }>

export type FrameFault = 'malformed' | 'unknown-topic' | 'unknown-type'

const topicForm = /^(?:watchword|authing)\.security\.mfa\?(.{1,1000})$/su

/** Reads a frame, or says what is wrong with it. */
export function parseClientFrame(text: string): ClientFrame | FrameFault {
  const content = parseObject(text)
  if (content === undefined) return 'malformed'
  const { type, topic, id } = content
  switch (type) {
    case 'ping':
      return typeof id === 'number' && Number.isSafeInteger(id) ? { type, id } : 'malformed'
    case 'subscribe':
    case 'unsubscribe': {
      const user = userOfTopic(topic)
      return user === undefined ? 'unknown-topic' : { type, user }
    }
    default:
      return 'unknown-type'
  }
}

function userOfTopic(topic: unknown): string | undefined {
  const [, query] = typeof topic === 'string' ? (topicForm.exec(topic) ?? []) : []
  if (query === undefined) return undefined
  const parameters = new URLSearchParams(query)
  const named = [...parameters.getAll('originalIdentity'), ...parameters.getAll('user')]
  const [given, ...others] = named
  return given === undefined || others.length > 0 ? undefined : canonicalUser(given)
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
