import type { Stage, StageOutput } from '@watchword/stream'

/** A stage folded in memory, one input after the other, as the runner would with one partition. */
export type StageMemory<State, Input, Values extends object> = Readonly<{
  fold: (key: string, input: Input) => readonly StageOutput<Values>[]
  stateOf: (key: string) => State | undefined
}>

/** Folds decoded inputs without bytes in between. */
export function foldInMemory<State, Input, Values extends object>(
  stage: Stage<State, Input, Values>,
): StageMemory<State, Input, Values> {
  const states = new Map<string, State>()
  let offset = 0
  let time = 0
  return {
    fold(key, input) {
      time = Math.max(time, stage.timeOf(input))
      const folded = stage.fold(states.get(key), input, { partition: 0, offset: offset++, time })
      if (folded.state === undefined) states.delete(key)
      else states.set(key, folded.state)
      return folded.outputs
    },
    stateOf: (key) => states.get(key),
  }
}
