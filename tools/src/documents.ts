import { existsSync, globSync } from 'node:fs'
import { posix } from 'node:path'
import { repositoryFile, repositoryText } from './repository.ts'

/** Every document of the repository, by path. */
export function documentPaths(): readonly string[] {
  const found = globSync(
    ['*.md', 'docs/**/*.md', '{packages,services,sdk,apps,dashboards,deploy,tools,load-tests}/**/*.md'],
    {
      cwd: repositoryFile('.'),
      exclude: ['**/node_modules/**'],
    },
  )
  return found.toSorted()
}

/** The shell blocks of a document that carry a mark, as in "```sh run". */
export function shellBlocks(text: string, mark: string): readonly string[] {
  return [...text.matchAll(/^```sh ([a-z]+)\n(.*?)^```$/gms)].flatMap(([, found, block = '']) =>
    found === mark ? [block] : [],
  )
}

/** Links of a document that lead nowhere in the repository, and anchors that no heading has. */
export function brokenLinks(path: string): readonly string[] {
  const text = repositoryText(path).replaceAll(/^```.*?^```$/gms, '')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false
    const [file = '', anchor] = target.split('#')
    const linked = file === '' ? path : posix.join(posix.dirname(path), file)
    if (!existsSync(repositoryFile(linked))) return true
    return anchor !== undefined && !anchorsOf(repositoryText(linked)).has(anchor)
  })
}

/** Headings as GitHub names them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
