import type { Method, Verification } from './challenge-client.ts'

/** Why the answer before was none. */
export type Trouble =
  | { readonly kind: 'wrong'; readonly attemptsLeft: number | undefined }
  /** It did not get through. */
  | { readonly kind: 'unsent' }
  /** The challenge was too old when the passkey answered. */
  | { readonly kind: 'stale' }
  /** The person, or time, closed the browser's own prompt. */
  | { readonly kind: 'dismissed' }
  /** The browser cannot use a passkey here, as on a page that is not the app's. */
  | { readonly kind: 'unusable' }

/** A way to answer, and the others there are. */
export type Asked = { readonly method: Method; readonly offered: readonly Method[] }

/** Where a person stands with a lock. */
export type FlowState =
  /** Finds out whether the lock is still there and which factors the person has. */
  | { readonly status: 'preparing' }
  | (Asked & { readonly status: 'asking'; readonly trouble?: Trouble })
  /** The browser's own passkey prompt is open. */
  | (Asked & { readonly status: 'waiting' })
  | (Asked & { readonly status: 'checking' })
  /** Too many codes; `untilMs` is epoch ms. What nobody can guess, a passkey, is still offered. */
  | { readonly status: 'limited'; readonly untilMs: number; readonly offered: readonly Method[] }
  /** No factor that this page can ask for. */
  | { readonly status: 'unavailable' }
  | { readonly status: 'verified'; readonly verification: Verification }
  /** There is no such lock any more. */
  | { readonly status: 'gone' }
  | { readonly status: 'failed'; readonly code: string }
