import type { RuleFacts } from '@watchword/risk-engine'

const noAction = { type: '', resource: '', sensitivity: '', count: 0 }
const noNetwork = {
  kind: 'unknown',
  address: '',
  prefix: '',
  country: '',
  region: '',
  city: '',
  asn: 0,
  type: '',
  reputation: '',
  lists: [] as readonly string[],
  trusted: '',
}

/** The variables of a rule. What is not known is the empty string or 0, so that comparing with it is no error. */
export function ruleScope({ activity, ...judged }: RuleFacts): Readonly<Record<string, unknown>> {
  const { type, outcome, app, session, device, late, methods, action, network, attributes } = activity
  return {
    level: judged.level,
    previousLevel: judged.previousLevel,
    score: judged.score,
    trained: judged.trained,
    outcome,
    session: session ?? '',
    activity: { type, outcome, app, session: session ?? '', device: device ?? '', late, methods },
    action: action === null ? noAction : known(noAction, action),
    network: network === null ? noNetwork : known(noNetwork, { ...network, trusted: network.trusted?.reason ?? '' }),
    attributes,
    signals: judged.signals.filter((signal) => signal.status === 'evidence').map((signal) => signal.code),
  }
}

function known<Shape extends object>(defaults: Shape, given: Readonly<Record<keyof Shape, unknown>>) {
  const names = Object.keys(defaults) as (keyof Shape)[]
  return Object.fromEntries(names.map((name) => [name, given[name] ?? defaults[name]]))
}
