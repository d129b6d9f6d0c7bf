import { documentPaths } from '../src/documents.ts'
import { repositoryText } from '../src/repository.ts'

/** A document of the repository as a page of the site. */
export type SitePage = Readonly<{
  /** Of the document, relative to the repository. */
  document: string
  /** Of the page, with `.md`, as VitePress rewrites it. */
  file: string
  /** Its address on the site. */
  address: string
  title: string
}>

/** Every document of the repository is a page of the site; the README is the front page. */
export function sitePages(): readonly SitePage[] {
  return documentPaths().map((document) => {
    const file = fileOf(document)
    return { document, file, address: `/${file.replace(/(?:index)?\.md$/, '')}`, title: titleOf(document) }
  })
}

/** `docs/` is the root of the site; what stands elsewhere keeps its path, and documents in capitals become lower case. */
function fileOf(document: string): string {
  if (document === 'README.md') return 'index.md'
  if (document === 'SECURITY.md') return 'security/index.md'
  if (/^[A-Z]+\.md$/.test(document)) return document.toLowerCase()
  return document.startsWith('docs/')
    ? document.slice('docs/'.length).replace(/README\.md$/, 'index.md')
    : document.replace(/\/README\.md$/, '.md')
}

/** The first heading. */
function titleOf(document: string): string {
  const title = /^# (.+)$/m.exec(repositoryText(document))?.[1]
  if (title === undefined) throw new Error(`${document} has no title`)
  const number = /^docs\/decisions\/(\d{4})-/.exec(document)?.[1]
  return `${number === undefined ? '' : `${number} `}${title.replaceAll('`', '')}`
}
