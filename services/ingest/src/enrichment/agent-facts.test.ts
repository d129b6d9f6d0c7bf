import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAgentFacts } from './agent-facts.ts'

test('a request that leaves its user agent out names no program, which is not the same as an app that does not say', () => {
  const agentOf = createAgentFacts()
  assert.equal(agentOf(null), null)
  assert.deepEqual(agentOf(''), {
    browser: null,
    browserVersion: null,
    os: null,
    osVersion: null,
    deviceType: null,
  })
})
