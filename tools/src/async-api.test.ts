import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asyncApi } from './async-api.ts'

test('every reference of the AsyncAPI document leads to a part of it', () => {
  const document = asyncApi('0.1.0')
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
  assert.ok(references.length > 20)
  for (const reference of references) {
    const found = reference
      .split('/')
      .reduce<unknown>((value, step) => (value as Readonly<Record<string, unknown>> | undefined)?.[step], document)
    assert.notEqual(found, undefined, reference)
  }
})
