import { type Command, type Decider, type Decision, type Event, replay } from './decider.ts'

/** What came of a command: its events (none when refused), its refusal (null when accepted) and the state after it. */
export type Outcome<State, C extends Command, E extends Event, Refusal extends string> = Readonly<{
  decision: Decision<E, Refusal>
  events: readonly E[]
  refusal: Refusal | null
  /** What is given now, to go on with. */
  after: Given<State, C, E, Refusal>
}>

/** A state to send commands to. */
export type Given<State, C extends Command, E extends Event, Refusal extends string> = Readonly<{
  state: State
  when: (command: C) => Outcome<State, C, E, Refusal>
  /** Decides commands one after the other and gives what is left; a refused one changes nothing. */
  and: (...commands: readonly C[]) => Given<State, C, E, Refusal>
}>

/** Given a history of events: `given(sessionLock, locked).when(submit).events`. */
export function given<State, C extends Command, E extends Event, Refusal extends string>(
  decider: Decider<State, C, E, Refusal>,
  ...history: readonly E[]
): Given<State, C, E, Refusal> {
  return givenState(decider, replay(decider, history))
}

/** Given a state, however it came about. */
export function givenState<State, C extends Command, E extends Event, Refusal extends string>(
  decider: Decider<State, C, E, Refusal>,
  state: State,
): Given<State, C, E, Refusal> {
  const when = (command: C): Outcome<State, C, E, Refusal> => {
    const decision = decider.decide(command, state)
    const events = decision.accepted ? decision.events : []
    const refusal = decision.accepted ? null : decision.refusal
    const next = events.reduce((now, event) => decider.evolve(now, event), state)
    return { decision, events, refusal, after: givenState(decider, next) }
  }
  const and = (...commands: readonly C[]): Given<State, C, E, Refusal> =>
    commands.reduce((now, command) => now.when(command).after, givenState(decider, state))
  return { state, when, and }
}
