/** What is done of one kind in a turn of the event loop takes about so long. */
const shareMs = 5
const shareMax = 4

/**
 * How many times as much may be done in the next turn, when everything else took so long since this kind of work had done its part: as long as the others, within
 * bounds. With parts of a fixed size, whatever makes turns longer, such as refusing what is too much, would make less be done.
 */
export function turnShare(othersMs: number): number {
  return Math.min(shareMax, Math.max(1, othersMs / shareMs))
}
