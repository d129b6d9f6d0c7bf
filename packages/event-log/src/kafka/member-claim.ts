/** What a member says when it joins. */
export type MemberClaim = Readonly<{
  /** The broker's, another one whenever it joins anew. */
  memberId: string
  /** Its own, which it keeps when it starts again; null when it has none. */
  name: string | null
  /** Generation of the group in which it got what it holds. */
  generation: number
  /** What it holds and has not let go of. */
  holds: readonly number[]
  /** Names that had partitions in that generation, whether they were there or not. */
  roster: readonly string[]
}>
