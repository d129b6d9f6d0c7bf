import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitepress'
import { anchorOf } from '../../tools/src/document-links.ts'
import { repositoryFile } from '../../tools/src/repository.ts'
import { withCodeBreaks } from '../../tools/site/code-breaks.ts'
import { sidebar } from '../../tools/site/sidebar.ts'
import { linkedFiles, withSiteLinks } from '../../tools/site/site-links.ts'
import { sitePages } from '../../tools/site/site-pages.ts'

const pages = sitePages()
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#2f6feb"/><path d="M3 5l2 6 3-6 3 6 2-6" fill="none" stroke="#fff" stroke-width="1.6"/></svg>`

/** The site of the documents: all of the repository's Markdown, README first. */
// oxlint-disable-next-line import/no-default-export -- VitePress takes its configuration from there
export default defineConfig({
  title: 'Watchword',
  description: 'Continuous authentication on streams',
  lang: 'en',
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  srcDir: '..',
  cacheDir: '../.cache/vitepress',
  rewrites: Object.fromEntries(pages.map(({ document, file }) => [document, file])),
  ignoreDeadLinks: [/^http:\/\/localhost/],
  markdown: {
    // The anchors of GitHub, so that links hold in both places.
    anchor: { slugify: anchorOf },
    // Nobody has made a grammar for Caddyfiles; this one finds comments and blocks.
    languageAlias: { caddy: 'nginx' },
    config(markdown) {
      withSiteLinks(markdown)
      withCodeBreaks(markdown)
    },
  },
  themeConfig: {
    sidebar: sidebar().map(({ items, ...group }) => ({ ...group, items: [...items] })),
    outline: [2, 3],
    search: { provider: 'local' },
    externalLinkIcon: true,
  },
  transformPageData(page) {
    if (page.relativePath === 'index.md') page.frontmatter = { ...page.frontmatter, aside: false, pageClass: 'front' }
  },
  buildEnd({ outDir }) {
    for (const [from, to] of linkedFiles()) cpSync(repositoryFile(from), join(outDir, to))
  },
})
