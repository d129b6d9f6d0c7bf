import { existsSync, globSync } from 'node:fs'
import { anchorOf, type DocumentLink, documentLinks } from './document-links.ts'
import { repositoryFile, repositoryText } from './repository.ts'

/** Every document of the repository, by path. */
export function documentPaths(): readonly string[] {
  const found = globSync(
    ['*.md', 'docs/**/*.md', '{packages,services,sdk,apps,dashboards,deploy,examples,tools,load-tests}/**/*.md'],
    {
      cwd: repositoryFile('.'),
      exclude: ['**/node_modules/**'],
    },
  )
  return found.toSorted()
}

/** Links of a document that lead nowhere in the repository, and anchors that no heading has. */
export function brokenLinks(path: string): readonly string[] {
  return documentLinks(path)
    .filter((link) => !leadsSomewhere(link))
    .map(({ target }) => target)
}

function leadsSomewhere({ path, anchor }: DocumentLink): boolean {
  return existsSync(repositoryFile(path)) && (anchor === undefined || anchorsOf(repositoryText(path)).has(anchor))
}

function anchorsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)))
}
