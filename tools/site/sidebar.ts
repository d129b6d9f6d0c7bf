import { documentLinks } from '../src/document-links.ts'
import { type SitePage, sitePages } from './site-pages.ts'

/** A group of the sidebar, as VitePress takes it. */
export type SidebarGroup = Readonly<{
  text: string
  collapsed: boolean
  items: readonly Readonly<{ text: string; link: string }>[]
}>

/** Where documents belong: the first group with a pattern that matches. Folders come in as they are. */
const groups: readonly Readonly<{ text: string; holds: RegExp; collapsed?: true }>[] = [
  { text: 'Start', holds: /^docs\/quick-start\.md$|^README\.md$/ },
  { text: 'Concepts', holds: /^docs\/concepts\/|^ARCHITECTURE\.md$/ },
  { text: 'How-to', holds: /^docs\/how-to\/|^docs\/analytics\.md$/ },
  { text: 'Reference', holds: /^docs\/reference\/|^docs\/failure-modes\.md$|^sdk\// },
  {
    text: 'Operations',
    holds: /^docs\/(?:operations|sizing|performance|grafana|runbooks)\b|^(?:packages|services|deploy|load-tests)\//,
  },
  { text: 'Security', holds: /^docs\/security\/|^SECURITY\.md$/ },
  { text: 'Decisions', holds: /^docs\/decisions\/|^CONTRIBUTING\.md$|^CHANGELOG\.md$/, collapsed: true },
]

/** Every page in its group. Pages that the README links to come in its order, the others after them by path. Throws for a page that no group holds. */
export function sidebar(): readonly SidebarGroup[] {
  const order = new Map(documentLinks('README.md').map(({ path }, index) => [path, index]))
  const placeOf = ({ document }: SitePage): number =>
    order.get(document) ?? (document === 'README.md' ? -1 : order.size)
  const pages = sitePages().toSorted((a, b) => placeOf(a) - placeOf(b))
  const lost = pages.find(({ document }) => groupOf(document) === undefined)
  if (lost !== undefined) throw new Error(`${lost.document} belongs to no group of the sidebar`)
  return groups.map(({ text, holds, collapsed = false }) => ({
    text,
    collapsed,
    items: pages
      .filter(({ document }) => groupOf(document)?.holds === holds)
      .map(({ title, address }) => ({ text: title, link: address })),
  }))
}

function groupOf(document: string): (typeof groups)[number] | undefined {
  return groups.find(({ holds }) => holds.test(document))
}
