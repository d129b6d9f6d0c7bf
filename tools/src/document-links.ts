import { posix } from 'node:path'
import { repositoryText } from './repository.ts'

/** A link of a document to a place in the repository. */
export type DocumentLink = Readonly<{
  target: string
  /** Relative to the repository; of the document itself where the link is an anchor alone. */
  path: string
  anchor: string | undefined
}>

/** Every link of a document that leads into the repository, outside of code blocks. */
export function documentLinks(path: string): readonly DocumentLink[] {
  const text = repositoryText(path).replaceAll(/^```.*?^```$/gms, '')
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    const link = linkOf(path, target)
    return link === undefined ? [] : [link]
  })
}

/** Where a link of the document at `path` leads; undefined for one that leaves the repository. */
export function linkOf(path: string, target: string): DocumentLink | undefined {
  if (/^[a-z]+:/.test(target)) return undefined
  const [file = '', anchor] = target.split('#')
  return { target, path: file === '' ? path : posix.join(posix.dirname(path), file), anchor }
}

/** The anchor of a heading, as GitHub names it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
