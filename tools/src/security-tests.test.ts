import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { describe, test } from 'node:test'
import { repositoryText } from './repository.ts'

type NamedTest = Readonly<{ name: string; path: string }>

const pages = ['SECURITY.md', 'docs/security/threat-model.md', 'docs/security/asvs.md'] as const

/** The tests that a text of `page` names: links whose text is (part of) the name of a test of the file that they lead to. */
function testsIn(page: string, text: string): readonly NamedTest[] {
  const links = text.matchAll(/\[(?<name>[^\]]+)\]\((?<path>[^)]+\.ts)\)/g)
  return Array.from(links, ({ groups: { name = '', path = '' } = {} }) => ({
    name,
    path: posix.join(posix.dirname(page), path),
  }))
}

/** The cells of each row of the tables in a text whose first cell is a number. */
function numberedRows(page: string): readonly (readonly string[])[] {
  const lines = repositoryText(page).split('\n')
  return lines
    .filter((line) => /^\| \d/.test(line))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    )
}

describe('the security pages', () => {
  for (const page of pages)
    test(`of ${page}: every test that it names is there`, () => {
      const named = testsIn(page, repositoryText(page))
      assert.ok(named.length >= 30)
      for (const { name, path } of named) assert.ok(repositoryText(path).includes(name), `${path}: ${name}`)
    })

  test('the threat model has each of the 36 attacks once, with what stops it and a test that shows it', () => {
    const rows = numberedRows('docs/security/threat-model.md')
    assert.deepEqual(
      rows.map(([number]) => Number(number)),
      Array.from({ length: 36 }, (_, index) => index + 1),
    )
    for (const [number, attack = '', control = '', shownBy = ''] of rows) {
      assert.ok(attack !== '' && control !== '', number)
      assert.ok(testsIn(pages[1], shownBy).length > 0, `attack ${number} names no test`)
    }
  })

  test('a requirement of ASVS that is met, also in part, names a test, and every one says how it stands', () => {
    const rows = numberedRows('docs/security/asvs.md')
    assert.equal(new Set(rows.map(([number]) => number)).size, rows.length)
    for (const [number, asks = '', stands = '', how = '', shownBy = ''] of rows) {
      assert.match(stands, /^(?:Met|In part|Not met|App)$/, number)
      assert.ok(asks !== '' && how !== '', number)
      const isShown = stands === 'Met' || stands === 'In part'
      assert.equal(testsIn(pages[2], shownBy).length > 0, isShown, `${number} is ${stands}`)
    }
  })
})
