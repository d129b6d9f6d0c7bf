import { code, generatedPage, markdownTable } from './markdown.ts'

const introduction = `\`GET /metrics\` answers in the text format of Prometheus, without a key: it holds no user, session or address. Beside these there are
the usual \`process_*\` and \`nodejs_*\` metrics of the runtime. Labels are closed lists.`

/** The page on metrics, from the text that a platform answers. */
export function metricsReference(exposition: string): string {
  const kinds = new Map<string, string>()
  const meanings = new Map<string, string>()
  for (const line of exposition.split('\n')) {
    const [, what, name = '', text = ''] = /^# (HELP|TYPE) (watchword_\S+) (.+)$/.exec(line) ?? []
    if (what === 'TYPE') kinds.set(name, text)
    if (what === 'HELP') meanings.set(name, text)
  }
  const rows = [...kinds.keys()].toSorted().map((name) => [code(name), kinds.get(name) ?? '', meanings.get(name) ?? ''])
  return generatedPage('Metrics', 'the registry of a running platform', [
    introduction,
    markdownTable(['Metric', 'Kind', 'Meaning'], rows),
  ])
}
