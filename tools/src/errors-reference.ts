import { type ProblemCode, problemCatalogue } from '@watchword/service-kit'
import { anchorOf } from './document-links.ts'
import { type FailureModes, readFailureModes } from './failure-modes.ts'
import { code, generatedPage, markdownTable } from './markdown.ts'

const introduction = `Every stable code in the order of the alphabet, for whoever has a code and nothing else. Where it appears leads to the part of [failure modes](../failure-modes.md) that explains it and says what to
check; a code that several parts use stands here once for each. The tests hold that page to the code that produces them, in both directions.`

/** Where the codes of each part are seen, by the first source that the page names for it. */
const places: Readonly<Record<string, string>> = {
  problems: 'HTTP',
  'packages/session-lock': 'records `command-refused`',
  'services/session-guard': 'WebSocket, log, metrics, records',
  'packages/event-log': 'log, command line',
  'packages/stream': 'log, command line',
  'services/notifier': 'records of attempts',
  'packages/clickhouse': 'log, command line',
  'services/auditor': 'command line',
  'packages/service-kit': 'log, command line',
  'sdk/node': 'exceptions in your app',
  'sdk/browser': 'exceptions in the page',
  'apps/cli': 'command line',
}

/** The page on all codes. */
export function errorsReference(): string {
  const rows = readFailureModes().flatMap((part) =>
    part.rows.map(([name = '', ...cells]) => {
      const isProblem = part.sources.includes('problems')
      const meaning = (isProblem ? cells[1] : cells[0]) ?? ''
      return [code(name), isProblem ? String(problemCatalogue[name as ProblemCode].status) : '', placeOf(part), meaning]
    }),
  )
  // The order does not depend on the language of the machine.
  const sorted = rows.toSorted(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0))
  return generatedPage('Errors', 'the codes of the source and docs/failure-modes.md', [
    introduction,
    markdownTable(['Code', 'Status', 'Where it appears', 'Meaning'], sorted),
    'The codes with which a WebSocket is closed are numbers: [WebSocket](websocket.md).',
  ])
}

function placeOf({ title, sources }: FailureModes): string {
  const place = places[sources[0] ?? '']
  if (place === undefined) throw new Error(`nobody says where the codes of ${title} appear`)
  return `${place}: [${title}](../failure-modes.md#${anchorOf(title)})`
}
