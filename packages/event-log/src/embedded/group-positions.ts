import type { GroupPosition } from './record-store.ts'

type Place = Omit<GroupPosition, 'nextOffset'>

/** The durable positions of all groups; they never go back. */
export interface GroupPositions {
  get(place: Place): number | undefined
  advance(position: GroupPosition): void
}

/** Begins with what the store holds. */
export function createGroupPositions(stored: readonly GroupPosition[]): GroupPositions {
  const positions = new Map<string, number>()
  const nameOf = ({ group, topic, partition }: Place): string => JSON.stringify([group, topic, partition])

  function advance(position: GroupPosition): void {
    const name = nameOf(position)
    positions.set(name, Math.max(position.nextOffset, positions.get(name) ?? 0))
  }

  for (const position of stored) advance(position)
  return { get: (place) => positions.get(nameOf(place)), advance }
}
