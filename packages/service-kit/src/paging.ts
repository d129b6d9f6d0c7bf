import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { problem } from './problem.ts'

/** The query of every list. */
export const pageSchema = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
    cursor: Type.Optional(Type.String({ maxLength: 400, description: '`next` of the page before.' })),
  },
  { additionalProperties: false },
)

export type PageQuery = Static<typeof pageSchema>

/** One page of a list; without `next` it is the last. */
export type Page<Item> = Readonly<{ items: Item[]; next?: string }>

const idPlace = Type.Tuple([Type.String({ minLength: 1 })])

/** One page of a list that is at hand, in the order of the ids; throws `malformed` for a cursor of another make. */
export function pageOf<Item extends { readonly id: string }>(
  all: readonly Item[],
  { limit, cursor }: PageQuery,
): Page<Item> {
  const [after] = cursor === undefined ? [''] : readCursor(idPlace, cursor)
  const following = all.filter(({ id }) => id > after).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return pageFrom(following, limit, ({ id }) => [id])
}

/** One page from what follows it, of which at least one more than the page holds has to be given where there is more. */
export function pageFrom<Item>(
  following: readonly Item[],
  limit: number,
  placeOf: (item: Item) => readonly unknown[],
): Page<Item> {
  const items = following.slice(0, limit)
  const last = items.at(-1)
  return following.length > limit && last !== undefined ? { items, next: cursorOf(placeOf(last)) } : { items }
}

/** The place that a cursor names, where the page before ended; it is no secret, and only ever narrows the caller's own query. Throws `malformed`. */
export function readCursor<Place extends TSchema>(schema: Place, cursor: string): Static<Place> {
  const place = jsonOf(Buffer.from(cursor, 'base64url').toString())
  if (Value.Check(schema, place)) return place
  throw problem('malformed', { errors: [{ pointer: '/query/cursor', detail: 'is not a cursor of this list' }] })
}

function cursorOf(place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON, so no place either.
    return undefined
  }
}
