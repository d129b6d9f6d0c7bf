/** When it was asked where a partition ends, and the answer; milliseconds of `Clock.elapsed`. */
export type EndQuestion = Readonly<{ sentAt: number; end: number }>

/** The questions for the end of one partition that have not been reached yet. */
export interface EndQuestions {
  add(question: EndQuestion): void
  /** When the latest question was sent whose end is at or below `offset`, or was before; -Infinity when there was none. */
  reachedBy(offset: number): number
}

/** Further back nobody asks: what is so long behind is behind. */
const questionsMax = 64

export function createEndQuestions(): EndQuestions {
  let open: readonly EndQuestion[] = []
  let reachedAt = Number.NEGATIVE_INFINITY
  return {
    add(question) {
      // Of two questions with one answer the later says more.
      open = [...open.filter(({ end }) => end < question.end), question].slice(-questionsMax)
    },
    reachedBy(offset) {
      const last = open.findLastIndex(({ end }) => end <= offset)
      if (last === -1) return reachedAt
      reachedAt = Math.max(reachedAt, open[last]?.sentAt ?? reachedAt)
      open = open.slice(last + 1)
      return reachedAt
    },
  }
}
