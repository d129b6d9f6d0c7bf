import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { documentLinks } from '../src/document-links.ts'
import { repositoryFile } from '../src/repository.ts'
import { linkedFiles } from './site-links.ts'
import { sitePages } from './site-pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'watchword-site-'))
const htmlOf = (file: string): string => readFileSync(join(folder, file), 'utf8')

/** The file of the site that an address is served from. */
function fileAt(address: string): string {
  const path = decodeURI(address.replace(/[?#].*$/, '')).slice(1)
  return path === '' || path.endsWith('/') ? `${path}index.html` : path
}

describe('the built site', () => {
  // VitePress itself fails where a link leads to no page.
  before(() => {
    const vitepress = repositoryFile('node_modules/.bin/vitepress')
    execFileSync(vitepress, ['build', 'docs', '--outDir', folder], { cwd: repositoryFile('.'), stdio: 'pipe' })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('has every page and every file that pages link to', () => {
    for (const { file } of sitePages()) assert.ok(existsSync(join(folder, file.replace(/md$/, 'html'))), file)
    for (const file of linkedFiles().values()) assert.ok(existsSync(join(folder, file)), file)
  })

  test('leads from every page to every other by the sidebar', () => {
    for (const { file } of sitePages()) {
      const html = htmlOf(file.replace(/md$/, 'html'))
      for (const { address } of sitePages()) assert.match(html, new RegExp(`href="${address}(?:\\.html)?"`), file)
    }
  })

  test('keeps every link from one document to another, with its anchor', () => {
    const addressOf = new Map(sitePages().map(({ document, address }) => [document, address]))
    for (const { document, file } of sitePages()) {
      const html = htmlOf(file.replace(/md$/, 'html'))
      for (const { path, anchor, target } of documentLinks(document)) {
        const address = addressOf.get(path)
        if (address === undefined) continue
        const page =
          path === document && target.startsWith('#') ? '' : `${address}${address.endsWith('/') ? '' : '.html'}`
        const href = `href="${page}${anchor === undefined ? '' : `#${anchor}`}"`
        assert.ok(html.includes(href), `${document}: ${target} is no ${href}`)
      }
    }
  })

  test('has no link, anchor or picture that leads nowhere', () => {
    let followed = 0
    for (const file of globSync('**/*.html', { cwd: folder })) {
      for (const [, target = ''] of htmlOf(file).matchAll(/(?:href|src)="((?:\/|#)[^"]*)"/g)) {
        followed += 1
        const linked = target.startsWith('#') ? file : fileAt(target)
        assert.ok(existsSync(join(folder, linked)), `${file}: ${target}`)
        const anchor = /#(.+)$/.exec(target)?.[1]
        if (anchor !== undefined && linked.endsWith('.html'))
          assert.ok(htmlOf(linked).includes(`id="${decodeURIComponent(anchor)}"`), `${file}: ${target}`)
      }
    }
    assert.ok(followed > sitePages().length ** 2, `${followed} links`)
  })

  test('begins with what the README says: the picture, the two commands, the way on', () => {
    const html = htmlOf('index.html')
    assert.match(html, /<h1[^>]*>Watchword/)
    assert.match(html, /<img[^>]+src="(?:\/assets\/flow[^"]+\.svg|data:image\/svg)/)
    const text = html.replaceAll(/<[^>]+>/g, '')
    for (const command of ['npm ci &amp;&amp; npm start', 'npm ci &amp;&amp; npm test'])
      assert.ok(text.includes(command), command)
    assert.match(html, /href="\/quick-start\.html"/)
  })

  test('can be searched without a server', () => {
    assert.equal(globSync('assets/chunks/@localSearchIndex*.js', { cwd: folder }).length, 1)
  })
})
