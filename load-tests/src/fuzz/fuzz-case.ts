import type { ApiRoute } from './api-routes.ts'
import type { Ids } from './sample.ts'
import type { Person } from './world/person.ts'

export type Headers = Readonly<Record<string, string | readonly string[]>>

/** A request to be sent, and what is known of its fault. */
export type FuzzCase = Readonly<{
  operation: string
  /** Whom it is about. */
  person: Person
  method: string
  path: string
  headers: Headers
  body: string | undefined
  kind: string
  /** Pointers to what was changed in a sound request; none of a sound one; undefined when it is odd as a whole. */
  changed: readonly string[] | undefined
  /** What no answer may hold that refuses it. */
  secrets: readonly string[]
}>

/** A request that the route accepts as far as it can be known, with its parts. */
export type SoundCase = Readonly<{ asked: FuzzCase; route: ApiRoute; ids: Ids; value: unknown }>

/** What came back; `undefined`: nothing within the time that a request may take. */
export type FuzzAnswer =
  | Readonly<{
      status: number
      contentType: string
      requestId: string | undefined
      retryAfter: string | undefined
      capability: string | undefined
      text: string
    }>
  | undefined
