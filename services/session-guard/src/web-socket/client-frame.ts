import { canonicalUser, type UserNames } from '@watchword/user-names'
import { wholeApp } from './hub.ts'

/** What a client may ask of a connection; `user` is `*` for the whole app. */
export type ClientFrame =
  | Readonly<{ type: 'subscribe'; user: string }>
  | Readonly<{ type: 'unsubscribe'; user: string }>
  | Readonly<{ type: 'ping'; id: number }>

export type FrameFault = 'malformed' | 'unknown-topic' | 'unknown-type'

const topicForm = /^(?:watchword|authing)\.security\.mfa\?(.{1,1000})$/su

/** Reads a frame, the user in the canonical form by the tenant's rule of names, or says what is wrong with it. */
export function parseClientFrame(text: string, names: UserNames): ClientFrame | FrameFault {
  const content = parseObject(text)
  if (content === undefined) return 'malformed'
  const { type, topic, id } = content
  switch (type) {
    case 'ping':
      return typeof id === 'number' && Number.isSafeInteger(id) ? { type, id } : 'malformed'
    case 'subscribe':
    case 'unsubscribe': {
      const user = userOfTopic(topic, names)
      return user === undefined ? 'unknown-topic' : { type, user }
    }
    default:
      return 'unknown-type'
  }
}

function userOfTopic(topic: unknown, names: UserNames): string | undefined {
  const [, query] = typeof topic === 'string' ? (topicForm.exec(topic) ?? []) : []
  if (query === undefined) return undefined
  const parameters = new URLSearchParams(query)
  const named = [...parameters.getAll('originalIdentity'), ...parameters.getAll('user')]
  const [given, ...others] = named
  if (given === undefined || others.length > 0) return undefined
  if (given === wholeApp) return wholeApp
  const user = canonicalUser(given, names)
  // A full-width star may be one by the tenant's rule of names, and means nobody.
  return user === wholeApp ? undefined : user
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
