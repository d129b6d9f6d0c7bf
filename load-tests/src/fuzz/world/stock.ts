import type { SeededRandom } from '../../campaign/seeded-random.ts'

/** Things that are there when they are needed, and are replaced when they have been used often enough. */
export interface Stock<Item> {
  /** One of them; rejects when it could not be made. */
  draw(random: SeededRandom): Promise<Item>
}

/** Holds `size` items, each made when it is first drawn, and again after `usesMax` draws. */
export function createStock<Item>(
  { size, usesMax }: Readonly<{ size: number; usesMax: number }>,
  make: () => Promise<Item>,
): Stock<Item> {
  const places = new Map<number, { readonly item: Promise<Item>; uses: number }>()
  return {
    draw(random) {
      const index = random.between(0, size - 1)
      const known = places.get(index)
      const place = known === undefined || known.uses >= usesMax ? { item: make(), uses: 0 } : known
      places.set(index, place)
      place.uses += 1
      return place.item
    },
  }
}
