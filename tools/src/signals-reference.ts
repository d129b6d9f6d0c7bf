import { type SignalDescription, signalCatalogue } from '@watchword/risk-engine'
import { code, generatedPage, markdownTable } from './markdown.ts'

const introduction = `Every code that an assessment can hold. The score is the sum of the points, at most 100. Points are those of a policy that
changes nothing; where a signal has several, the meaning says which is which. A code of 0 points says that something could
not be evaluated; it is listed so that a low score is never mistaken for a known one. Codes that the app reports itself and
that are not in this list are accepted too: they give points only if the policy names them.`

/** The page on signals. */
export function signalsReference(): string {
  const all: readonly (readonly [string, SignalDescription])[] = Object.entries(signalCatalogue)
  const of = (source: SignalDescription['source']): string =>
    markdownTable(
      ['Code', 'Points', 'Class', 'Meaning', 'Refuses a first factor'],
      all
        .filter(([, signal]) => signal.source === source)
        .map(([name, signal]) => [
          code(name),
          signal.points.join(' / '),
          signal.class,
          signal.description,
          signal.refusesEnrolment ? 'yes' : '',
        ]),
    )
  return generatedPage('Signals', 'the catalogue of packages/risk-engine', [
    introduction,
    `\`hard\`: somebody acts oddly. \`familiarity\`: not seen often yet. \`soft\`: a trifle; soft signals together are capped.
A signal that refuses a first factor keeps a user without history from enrolling one while it is present.`,
    '## Found by the engine',
    of('engine'),
    `Two more are said by the scorer around the engine, both of 0 points: \`history.unreadable\` (a record of this user could not be
read, so nothing less than a step-up is decided until a verification) and \`rule.failed\` (a rule of the policy could not be evaluated and did not match).`,
    '## Reported by the app',
    of('app'),
  ])
}
