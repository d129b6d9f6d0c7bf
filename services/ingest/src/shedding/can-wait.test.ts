import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saysItCanWait } from './can-wait.ts'

test('urgency 7 and nothing else says that a request can wait', () => {
  for (const priority of ['u=7', ' u=7 ', 'i, u=7', 'u=7, i', 'u=7;x=1', 'u=1, u=7', ['i', 'u=7']])
    assert.equal(saysItCanWait(priority), true, String(priority))
  for (const priority of [
    undefined,
    '',
    'u=6',
    'u=77',
    'u=70',
    'u = 7',
    'U=7',
    'u',
    'u=7, u=3',
    'u=7, u',
    'xu=7',
    'u=3, f="a, u=7"',
    'l=(a), u=7',
    ['u=7', 'u=0'],
  ])
    assert.equal(saysItCanWait(priority), false, String(priority))
})
