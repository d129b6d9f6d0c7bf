import { problem } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'

/** The query of every list. */
export const pageSchema = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
)

/** One page of a list, in the order of the ids; the cursor is the id after which the page begins. Throws `malformed` for a cursor of another make. */
export function page<Item extends { readonly id: string }>(
  all: readonly Item[],
  { limit, cursor }: Static<typeof pageSchema>,
): Readonly<{ items: readonly Item[]; next?: string }> {
  const after = cursor === undefined ? '' : idOf(cursor)
  const following = [...all].sort((a, b) => (a.id < b.id ? -1 : 1)).filter(({ id }) => id > after)
  const items = following.slice(0, limit)
  const last = items.at(-1)
  return following.length > limit && last !== undefined ? { items, next: cursorOf(last.id) } : { items }
}

function cursorOf(id: string): string {
  return Buffer.from(id).toString('base64url')
}

function idOf(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (id === '' || cursorOf(id) !== cursor)
    throw problem('malformed', { errors: [{ pointer: '/query/cursor', detail: 'is not a cursor of this list' }] })
  return id
}
