import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  createCodecs,
  createEmbeddedRegistry,
  type Entity,
  type Sighting,
  rightsOf,
  stageCatalogue,
} from '@watchword/contracts'
import fc from 'fast-check'
import { createEntityStage } from './entity-stage.ts'

const stage = createEntityStage(await createCodecs(createEmbeddedRegistry()))

function sighting(owner: string): Sighting {
  return { tenant: 'demo', kind: 'device', value: 'v', owner, at: 1_700_000_000_000 }
}

function play(owners: readonly string[]) {
  let state: Entity | undefined
  const said: (Entity | null)[] = []
  for (const [offset, owner] of owners.entries()) {
    const folded = stage.fold(state, sighting(owner), { partition: 0, offset, time: offset })
    state = folded.state
    said.push(...folded.outputs.map(({ value }) => value))
  }
  return { state, said }
}

describe('the entity stage', () => {
  test('remembers who was first, and says so once', () => {
    assert.deepEqual(
      play(['alice', 'alice']).said.map((entity) => entity?.firstOwner),
      ['alice'],
    )
  })

  test('says once that a second user was seen, and never takes it back', () => {
    const { state, said } = play(['alice', 'bob', 'alice', 'carol'])
    assert.deepEqual(
      said.map((entity) => entity?.shared),
      [false, true],
    )
    assert.equal(state?.firstOwner, 'alice')
    assert.equal(state?.version, 1)
  })

  test('is shared exactly when there were two users, after at most two records, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('alice', 'bob', 'carol'), { minLength: 1, maxLength: 20 }), (owners) => {
        const { state, said } = play(owners)
        assert.equal(state?.shared, new Set(owners).size > 1)
        assert.ok(said.length <= 2)
      }),
    )
  })

  test('keeps what it knows when a sighting cannot be read, and survives its own encoding', () => {
    const { state } = play(['alice', 'bob'])
    assert.ok(state)
    assert.deepEqual(stage.degrade(state, 'demo:device:v', { partition: 0, offset: 9, time: 9 }), {
      state,
      outputs: [],
    })
    assert.deepEqual({ ...stage.decodeState(stage.encodeState(state)) }, state)
  })

  test('reads the rows of builds that kept JSON', () => {
    const { state } = play(['alice', 'bob'])
    assert.deepEqual(stage.decodeState(Buffer.from(JSON.stringify(state))), state)
  })

  test('reads the rows that were saved under the name of its layout', () => {
    const { state } = play(['alice', 'bob'])
    assert.ok(state)
    assert.equal(stage.stateVersion, 'entity-1')
    assert.equal(Buffer.from(stage.encodeState(state)).toString('base64'), 'CGRlbW8AAnYKYWxpY2UBAgI=')
  })
})

test('stands in the catalogue, which gives its service the rights to all it writes', () => {
  assert.ok(
    stageCatalogue.some(
      ({ name, service, input }) => name === stage.name && service === 'scorer' && input === stage.input,
    ),
  )
  const written = rightsOf('scorer').flatMap(({ operation, name }) => (operation === 'write' ? [name] : []))
  for (const { topic } of Object.values(stage.outputs)) assert.ok(written.includes(topic), topic)
})
