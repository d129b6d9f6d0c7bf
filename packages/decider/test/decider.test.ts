import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accept, type Command, type Decider, type Event, refuse, replay } from '../src/index.ts'
import { given, givenState } from '../src/testing.ts'

type Turn = Command<'Turn', { on: boolean }>
type Turned = Event<'Turned', { on: boolean }>

const lamp: Decider<{ on: boolean; turns: number }, Turn, Turned, 'worn-out'> = {
  initialState: { on: false, turns: 0 },
  decide({ at, data }, state) {
    if (state.turns >= 2) return refuse('worn-out')
    return data.on === state.on ? accept() : accept({ type: 'Turned', at, data })
  },
  evolve: (state, event) => ({ on: event.data.on, turns: state.turns + 1 }),
}

const turn = (on: boolean): Turn => ({ type: 'Turn', at: 1, data: { on } })
const turned = (on: boolean): Turned => ({ type: 'Turned', at: 1, data: { on } })

describe('a decider', () => {
  test('rebuilds its state from the events alone', () => {
    assert.deepEqual(replay(lamp, [turned(true), turned(false)]), { on: false, turns: 2 })
    assert.deepEqual(replay(lamp, []), lamp.initialState)
  })
})

describe('given, when', () => {
  test('tells the events of a command and the state after it', () => {
    const { events, refusal, after } = given(lamp, turned(true)).when(turn(false))
    assert.deepEqual(events, [turned(false)])
    assert.equal(refusal, null)
    assert.deepEqual(after.state, { on: false, turns: 2 })
  })

  test('tells the refusal, and a refused command changes nothing', () => {
    const worn = given(lamp, turned(true), turned(false))
    const { decision, events, refusal, after } = worn.when(turn(true))
    assert.deepEqual(decision, { accepted: false, refusal: 'worn-out' })
    assert.deepEqual(events, [])
    assert.equal(refusal, 'worn-out')
    assert.deepEqual(after.state, worn.state)
  })

  test('goes on with many commands, from any state', () => {
    assert.deepEqual(givenState(lamp, { on: true, turns: 0 }).and(turn(true), turn(false)).state, {
      on: false,
      turns: 1,
    })
  })
})
