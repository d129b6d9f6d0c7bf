import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Type } from 'typebox'
import { bodyFaultsOf } from './body-faults.ts'
import { compileRequestValidator, isRequestFaults } from './request-validator.ts'

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

describe('what a body may not hold, whatever its schema says', () => {
  it('names the field with text that is no Unicode, and the object with such a name', () => {
    assert.deepEqual(bodyFaultsOf({ reason: '\ud800' }), [{ pointer: '/reason', detail: 'must be Unicode text' }])
    assert.deepEqual(bodyFaultsOf({ a: [{ 'b/c': 'x\udfff' }] }), [
      { pointer: '/a/0/b~1c', detail: 'must be Unicode text' },
    ])
    assert.deepEqual(bodyFaultsOf({ a: { '\ud800': 1 } }), [
      { pointer: '/a', detail: 'must have names that are Unicode text' },
    ])
  })

  it('names the field that nests too deep, at any depth and without recursion', () => {
    for (const depth of [65, 3_000, 100_000])
      assert.deepEqual(bodyFaultsOf({ a: nested(depth) }), [{ pointer: '/a', detail: 'is nested too deep' }])
    assert.deepEqual(bodyFaultsOf(nested(64)), [])
  })

  it('finds nothing in any body of Unicode text', () => {
    fc.assert(fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => assert.deepEqual(bodyFaultsOf(value), [])))
  })

  it('is asked before the schema, which may fail on such a body in its own way', () => {
    const schema = Type.Union([Type.Object({ name: Type.Optional(Type.String()) }), Type.Null()])
    const validate = compileRequestValidator({ schema, httpPart: 'body', method: 'POST', url: '/' })
    const outcome = validate(nested(3_000))
    assert.ok('error' in outcome && isRequestFaults(outcome.error))
  })
})
