import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { ApiRoute } from './api-routes.ts'
import { type Ids, sampleOf } from './sample.ts'

type Members = Readonly<Record<string, unknown>>

/** A body that the route accepts: it fits the schema, and what a schema cannot say. */
export function soundBody({ operation, body = {} }: ApiRoute, random: SeededRandom, ids: Ids): unknown {
  const complete = completions[operation]
  const sample = sampleOf(body, random, ids)
  if (complete === undefined) return sample
  return Array.isArray(sample)
    ? sample.map((item) => complete(item as Members, random, ids))
    : complete(sample as Members, random, ids)
}

type Complete = (sample: Members, random: SeededRandom, ids: Ids) => Members

const completions: Readonly<Record<string, Complete>> = {
  'POST /v1/activities': completeActivity,
  'POST /v1/compat/genauth/capture': completeUeba,
  'PUT /v1/policy': completePolicy,
  // Who signed in, or somebody whose certificate is none: the policies below let the first one reach what is exempt.
  'POST /v1/connections': ({ signIn: _signIn, ...sample }, random) =>
    random.chance(0.8)
      ? { ...sample, client: 'interactive', signIn: 'accepted', resource: '/voice/call', reachable: true }
      : { ...sample, client: 'always-on' },
  'POST /v1/authorizations': (sample, { pick }) => ({
    ...only(sample, 'user', 'session', 'device'),
    action: { type: 'export', resource: '/customers', parameters: pick([{}, { count: 7 }]) },
    approver: pick(['owner', 'supervisor']),
  }),
  // The first call, which asks for a challenge.
  'POST /v1/authorizations/{id}/approvals': (_sample, _random, ids) => ({ user: ids['user'], session: ids['session'] }),
  'POST /v1/authorizations/{id}/consume': (_sample, _random, ids) => ({ parameters: {}, session: ids['session'] }),
  'POST /v1/reports': ({ ticket: _ticket, ...sample }, _random, ids) => ({
    ...sample,
    ticket: ids['ticket'] ?? 'none',
  }),
  'POST /v1/apps': completeApp,
  'POST /v1/users/{user}/factors/webauthn': (sample, _random, ids) => ({
    ...sample,
    credential: JSON.parse(ids['credential'] ?? '{}') as unknown,
  }),
  // Who is locked has an authenticator and nothing else.
  'POST /v1/locks/{lock}/challenges': (sample, random) => (random.chance(0.8) ? { factor: 'totp' } : sample),
  'POST /v1/challenges/{challenge}/responses': completeAnswer,
}

/** The pages and the domain of the app of all others stay what they are: tickets and passkeys are for them. */
function completeApp(sample: Members, random: SeededRandom): Members {
  const id = random.pick(['demo', 'shop', 'shop-2'])
  return id === 'demo' ? { ...sample, id, origins: ['https://bank.example'], rpId: 'bank.example' } : { ...sample, id }
}

/** A challenge of TOTP takes a code and nothing else. */
function completeAnswer({ assertion: _assertion, ...sample }: Members, _random: SeededRandom, ids: Ids): Members {
  return { ...sample, code: ids['code'] ?? '000000' }
}

function only(sample: Members, ...names: readonly string[]): Members {
  return Object.fromEntries(Object.entries(sample).filter(([name]) => names.includes(name)))
}

function completeActivity(sample: Members, random: SeededRandom): Members {
  const { signal, ...others } = sample
  const type = sample['type']
  return {
    ...others,
    ...(type === 'login' || type === 'credential-change' ? { outcome: random.pick(['succeeded', 'failed']) } : {}),
    ...(type === 'signal' ? { signal: signal ?? { code: 'device-not-compliant' } } : {}),
  }
}

/** The words of GenAuth that its schema leaves open. */
function completeUeba(sample: Members, { chance, pick }: SeededRandom, ids: Ids): Members {
  const words: Members = {
    behaviorType: pick(['login', 'SIGN_OUT', 'bind mfa', '登录', 'transfer']),
    behaviorResult: pick(['success', 'denied', true, 0]),
    actionType: pick(['export', 'read']),
    resourcesType: pick(['customer', '/customers']),
    loginType: pick(['password', 'sms']),
    country: pick(['DE', 'Germany']),
    province: 'Berlin',
    city: 'Berlin',
    sessionId: ids['session'],
    deviceId: ids['device'],
    ip: pick(['203.0.113.7', '2001:db8::1']),
    tier: pick(['gold', 3, null]),
  }
  return { ...sample, ...Object.fromEntries(Object.entries(words).filter(() => chance(0.4))) }
}

function completePolicy(sample: Members): Members {
  // What approves an action stays as it is: everybody here has a TOTP factor.
  // Nor does it ask for a second factor: nobody here would be let through any more.
  const { cuts: _cuts, authorizations: _authorizations, clients: _clients, ...others } = sample
  const modes = (sample['failureModes'] ?? []) as readonly Members[]
  const tests = (sample['tests'] ?? []) as readonly Members[]
  return {
    ...others,
    ...(sample['profile'] === 'custom' ? { cuts: { medium: 40, high: 70.5 } } : {}),
    secondFactor: [{ app: 'shop-2', require: true }],
    resources: [{ path: '/voice/**', class: 'exempt' }],
    tests: tests.map(({ name, activities = [{}] }) => ({ name, activities, expect: { level: 'LOW' } })),
    failureModes: modes.map(({ ttl: _ttl, ...mode }) =>
      mode['mode'] === 'last-known' ? { ...mode, ttl: 'PT5S' } : mode,
    ),
  }
}
