import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { examineNode } from './machine.ts'
import { examineOrigins } from './origins.ts'

const codesOf = (origins: readonly string[], rpId: string | null = null): readonly unknown[] =>
  examineOrigins({ origins, rpId }, 'origins', (field) => field).map(({ code, setting }) => [code, setting])

describe('the doctor', () => {
  test('takes Node.js 24 and later', () => {
    assert.equal(examineNode('v24.0.0').severity, 'ok')
    assert.equal(examineNode('v26.1.0').severity, 'ok')
    assert.equal(examineNode('v22.21.0').code, 'node-too-old')
    assert.equal(examineNode('v9.0.0').code, 'node-too-old')
  })

  test('takes origins as browsers write them, by https or on this machine', () => {
    const good = [
      'https://app.example.com',
      'https://app.example.com:8443',
      'http://localhost:3000',
      'http://127.0.0.1:8080',
    ]
    assert.deepEqual(codesOf(good), [])
    const wrong = [
      'https://app.example.com/',
      'https://App.example.com',
      'app.example.com',
      '*',
      'file:///x',
      'https://a.example:443',
    ]
    for (const origin of wrong) assert.deepEqual(codesOf([origin]), [['origin-invalid', 'origins']], origin)
    assert.deepEqual(codesOf(['http://app.example.com']), [['origin-insecure', 'origins']])
    assert.deepEqual(codesOf(['http://localhost.example.com']), [['origin-insecure', 'origins']])
  })

  test('takes the domain of a page, and every one that it ends with, for passkeys', () => {
    assert.deepEqual(codesOf(['https://app.example.com'], 'app.example.com'), [])
    assert.deepEqual(codesOf(['https://app.example.com'], 'example.com'), [])
    assert.deepEqual(codesOf(['https://other.test', 'https://app.example.com'], 'example.com'), [])
    for (const rpId of ['ple.com', 'www.app.example.com', 'example.org'])
      assert.deepEqual(codesOf(['https://app.example.com'], rpId), [['rp-id-foreign', 'rpId']], rpId)
    assert.deepEqual(codesOf([], 'example.com'), [])
  })
})
