import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { documentPaths } from '../src/documents.ts'
import { sidebar } from './sidebar.ts'
import { linkedFiles } from './site-links.ts'
import { sitePages } from './site-pages.ts'

describe('the site of the documents', () => {
  test('has every document as a page of its own', () => {
    const pages = sitePages()
    assert.deepEqual(
      pages.map(({ document }) => document),
      documentPaths(),
    )
    assert.equal(new Set(pages.map(({ file }) => file)).size, pages.length)
  })

  test('names every page once in its sidebar, by its own title', () => {
    const items = sidebar().flatMap((group) => group.items)
    assert.deepEqual(
      items.map(({ text, link }) => `${link} ${text}`).toSorted(),
      sitePages()
        .map(({ address, title }) => `${address} ${title}`)
        .toSorted(),
    )
  })

  test('begins with the README, and has the kinds of documentation as groups with something in each', () => {
    const groups = sidebar()
    assert.equal(groups[0]?.items[0]?.link, '/')
    assert.deepEqual(
      groups.map(({ text }) => text),
      ['Start', 'Concepts', 'How-to', 'Reference', 'Operations', 'Security', 'Decisions'],
    )
    for (const { text, items } of groups) assert.ok(items.length > 0, text)
  })

  test('takes along the files that documents link to, and no document among them', () => {
    const files = linkedFiles()
    assert.equal(files.get('LICENSE'), 'files/LICENSE.txt')
    for (const path of documentPaths()) assert.ok(!files.has(path), path)
  })
})
