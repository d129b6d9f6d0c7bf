import { repositoryText } from './repository.ts'

/** A part of the page on failure modes: whose codes it explains, and a row of cells for each, the code without its quotes. */
export type FailureModes = Readonly<{ title: string; sources: readonly string[]; rows: readonly (readonly string[])[] }>

/** The parts of `docs/failure-modes.md` that explain codes. */
export function readFailureModes(): readonly FailureModes[] {
  return repositoryText('docs/failure-modes.md')
    .split(/^## /m)
    .flatMap((text) => {
      const [, sources] = /<!-- codes of: (.+) -->/.exec(text) ?? []
      const [title = ''] = text.split('\n')
      return sources === undefined ? [] : [{ title, sources: sources.split(', '), rows: rowsOf(text) }]
    })
}

function rowsOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell, index) => (index === 0 ? cell.trim().replaceAll('`', '') : cell.trim())),
    )
}
