import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repositoryText } from './repository.ts'

test('every test that SECURITY.md names for an attack is there', () => {
  const sections = repositoryText('SECURITY.md').split(/^## /m)
  const rows = sections.filter((section) => section.startsWith('Attacks ')).join('')
  const named = Array.from(rows.matchAll(/\[(?<name>[^\]]+)\]\((?<path>[^)]+)\)/g), ({ groups }) => groups)
  assert.ok(named.length >= 30)
  for (const groups of named) {
    const { name = '', path = '' } = groups ?? {}
    assert.ok(repositoryText(path).includes(name), `${path}: ${name}`)
  }
})
