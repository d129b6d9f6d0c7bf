import { isAfter, type Spot } from './source-header.ts'

/** The end of an output, from `from` on, in which others may have written; `said` is what was said furthest before it. */
export type Stretch = Readonly<{ from: number; said: Spot | undefined }>

export type ReachStart = Readonly<{
  /** Compacted: what others write late has to be found. */
  isWatched: boolean
  /** Everything of ours below is counted in `spot`. */
  position: number
  spot: Spot | undefined
  /** What is not looked at below `position`, if anything. */
  unlooked: Stretch | undefined
}>

/** How far a stage has come in one output of a partition, whoever ran it before, and where others may have written in between. */
export interface OutputReach {
  /** What was said furthest. */
  readonly spot: Spot | undefined
  /** Where the next owner of the partition begins to read: everything of ours below is counted in, what others wrote is looked at. */
  readonly position: number
  /** Whatever is further than this spot stands from this position on. */
  readonly begun: Readonly<{ position: number; spot: Spot | undefined }>
  /** Ours is at `offset`: between it and the one before stands what somebody else wrote, or we by an append of unknown fate. */
  onAppended(offset: number, spot: Spot): void
  unlooked(): Stretch
  /** Nothing in the stretch below `end` has to be said again; `furthest` is the furthest spot found in it. */
  onLooked(stretch: Stretch, end: number, furthest: Spot | undefined): void
}

export function createOutputReach(start: ReachStart): OutputReach {
  let { position, spot } = start
  let gap = start.unlooked && { ...start.unlooked, to: position }

  return {
    get spot() {
      return spot
    },
    get position() {
      return gap?.from ?? position
    },
    begun: { position, spot },
    onAppended(offset, appended) {
      if (start.isWatched && offset > position) gap = { from: position, said: spot, ...gap, to: offset }
      position = Math.max(position, offset + 1)
      if (isFurther(appended, spot)) spot = { offset: appended.offset, index: appended.index }
    },
    unlooked: () => gap ?? { from: position, said: spot },
    onLooked(stretch, end, furthest) {
      position = Math.max(position, end)
      const to = Math.max(end, gap?.to ?? end)
      // Who runs ahead of this process is not overtaken yet. The next owner would take that for said, so it must see what was said after it.
      if (furthest !== undefined && isFurther(furthest, spot)) gap = { ...stretch, to }
      else gap = to > end ? { from: end, said: furthest, to } : undefined
    },
  }
}

export function isFurther(spot: Spot, than: Spot | undefined): boolean {
  return than === undefined || isAfter(spot, than)
}
