import { statSync } from 'node:fs'
import { relative } from 'node:path'
import { documentLinks, linkOf } from '../src/document-links.ts'
import { documentPaths } from '../src/documents.ts'
import { repositoryFile } from '../src/repository.ts'
import { sitePages } from './site-pages.ts'

/** A token of markdown-it, as far as links look into it. */
type Token = {
  type: string
  tag: string
  attrs: [string, string][] | null
  children: Token[] | null
  attrGet: (name: string) => string | null
  attrSet: (name: string, value: string) => void
}

/** Which file is rendered: as it is in the repository, where VitePress has rewritten its path. */
type Environment = Readonly<{ path?: string; realPath?: string }>

/** A markdown-it, as far as links look into it. */
type Markdown = Readonly<{
  core: Readonly<{
    ruler: Readonly<{
      push: (name: string, rule: (state: { tokens: Token[]; env: Environment }) => void) => void
    }>
  }>
}>

const addresses = new Map(sitePages().map(({ document, file }) => [document, `/${file}`]))

/**
 * Makes links of documents, which are about the repository, links of the site: documents are pages, other files are copied to it as text
 * (`linkedFiles`), and folders are no links there.
 */
export function withSiteLinks(markdown: Markdown): void {
  markdown.core.ruler.push('watchword-links', ({ tokens, env }) => {
    const document = relative(repositoryFile('.'), env.realPath ?? env.path ?? '')
    if (!addresses.has(document)) throw new Error(`${document} is no document of the repository`)
    for (const { children } of tokens)
      for (const [index, token] of (children ?? []).entries())
        if (token.type === 'link_open') relink(token, children ?? [], index, document)
  })
}

function relink(token: Token, tokens: readonly Token[], index: number, document: string): void {
  const target = token.attrGet('href') ?? ''
  const link = linkOf(document, target)
  if (link === undefined || target.startsWith('#')) return
  const address = addressOf(link.path)
  if (address !== undefined) {
    token.attrSet('href', `${address}${link.anchor === undefined ? '' : `#${link.anchor}`}`)
    return
  }
  const end = tokens.slice(index).find(({ type }) => type === 'link_close')
  for (const each of [token, end]) if (each !== undefined) each.tag = 'span'
  token.attrs = null
}

function addressOf(path: string): string | undefined {
  const page = addresses.get(path)
  if (page !== undefined) return page
  return isFile(path) ? `/${copyOf(path)}` : undefined
}

/** Files that documents link to and that are no pages, each with its place on the site. */
export function linkedFiles(): ReadonlyMap<string, string> {
  const paths = documentPaths().flatMap((document) => documentLinks(document).map(({ path }) => path))
  return new Map(paths.filter((path) => !addresses.has(path) && isFile(path)).map((path) => [path, copyOf(path)]))
}

/** Servers of static files know what to do with `.txt`, and browsers show it. */
function copyOf(path: string): string {
  return `files/${path}.txt`
}

function isFile(path: string): boolean {
  return statSync(repositoryFile(path), { throwIfNoEntry: false })?.isFile() ?? false
}
