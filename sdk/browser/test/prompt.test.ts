import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import type { Lock } from '@watchword/frames'
import { createAsideMemory } from '../src/aside-memory.ts'
import type { ChallengeClient, Verification } from '../src/challenge-client.ts'
import { createPrompt, type Prompt, type PromptDeps } from '../src/prompt.ts'
import { WatchwordBrowserError } from '../src/watchword-browser-error.ts'

const verification = (ended: boolean): Verification => ({
  mfaToken: 't',
  verifiedUntil: '',
  session: { id: 's-1', ended },
})
const aside = createAsideMemory(() => {
  throw new DOMException('none here', 'SecurityError')
})

type Tab = { readonly prompt: Prompt; readonly told: string[] }
let tabs: Tab[] = []
let wait: () => void = () => undefined

describe('the prompt', () => {
  afterEach(() => {
    for (const { prompt } of tabs) prompt.close()
    wait()
    tabs = []
  })

  const lockOf = (): Lock => ({
    id: randomUUID(),
    version: 1,
    scope: 'session',
    level: 'HIGH',
    reasonUser: {},
    factors: ['totp'],
    by: 'risk',
    since: '',
    challengeUri: '',
  })

  const open = (lock: Lock, over: Partial<PromptDeps> & { respond?: ChallengeClient['respond'] } = {}): Tab => {
    const told: string[] = []
    const prompt = createPrompt(
      lock,
      {
        client: {
          create: async () => ({ id: 'c-1', expiresAt: Number.POSITIVE_INFINITY }),
          respond: over.respond ?? (async () => verification(true)),
        },
        requestAssertion: async () => ({}),
        supported: ['totp'],
        now: () => 0,
        turn: {
          locks: navigator.locks,
          openChannel: (name) => new BroadcastChannel(name),
          aside,
          now: () => performance.timeOrigin + performance.now(),
          whenTold: (callback: () => void) => void setTimeout(callback, 20),
          untilPreferred: async () => undefined,
        },
        renew: undefined,
        setTimeout: (callback) => void (wait = callback),
        ...over,
      },
      {
        onShow: ({ status }) => told.push(status),
        onAside: () => told.push('told of aside'),
        onFailed: (code) => told.push(`told of ${code}`),
        onPassed: (by) => told.push(by === undefined ? 'passed elsewhere' : 'passed'),
      },
    )
    const tab = { prompt, told }
    tabs.push(tab)
    return tab
  }

  const fact = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve))
  }
  const shows = (tab: Tab, status: string): Promise<void> => fact(() => tab.told.at(-1) === status)

  test('lets nobody go on, here or in another tab, before there is a new session', async () => {
    let renewed = (): void => undefined
    const renewal = new Promise<void>((resolve) => (renewed = resolve))
    const lock = lockOf()
    const first = open(lock, { renew: () => renewal })
    await shows(first, 'asking')
    const second = open(lock)
    await shows(second, 'elsewhere')
    const endings: string[] = []
    for (const { prompt } of [first, second]) void prompt.ending().then(({ status }) => endings.push(status))
    await first.prompt.flow.submit('123456')
    assert.equal(first.told.at(-1), 'verified')
    assert.deepEqual(endings, [])
    renewed()
    await fact(() => endings.length === 2)
    assert.deepEqual(endings, ['passed', 'passed'])
    assert.equal(first.told.at(-1), 'passed')
    assert.equal(second.told.at(-1), 'passed elsewhere')
  })

  test('says so where there is no new session', async () => {
    const tab = open(lockOf(), { renew: async () => Promise.reject(new Error('the backend is away')) })
    await shows(tab, 'asking')
    const ending = tab.prompt.ending()
    await tab.prompt.flow.submit('123456')
    assert.deepEqual(await ending, { status: 'failed', code: 'not-renewed' })
    assert.deepEqual(tab.told.slice(-2), ['failed', 'told of not-renewed'])
  })

  test('a push that overtakes the answer neither loses it nor lets anybody go on before it', async () => {
    let answer: (verification: Verification) => void = () => undefined
    const answered = new Promise<Verification>((resolve) => (answer = resolve))
    const lock = lockOf()
    const first = open(lock, { respond: async () => answered, renew: async () => undefined })
    await shows(first, 'asking')
    const second = open(lock)
    await shows(second, 'elsewhere')
    const endings: string[] = []
    for (const { prompt } of [first, second]) void prompt.ending().then(({ status }) => endings.push(status))
    void first.prompt.flow.submit('123456')
    first.prompt.close()
    second.prompt.close()
    assert.deepEqual(endings, [])
    answer(verification(true))
    await fact(() => endings.length === 2)
    assert.equal(first.told.at(-1), 'passed')
    assert.equal(second.told.at(-1), 'passed elsewhere')
  })

  test('whoever waits for an answer in another tab goes on without it after a while, when the lock is gone', async () => {
    const lock = lockOf()
    const first = open(lock)
    await shows(first, 'asking')
    const second = open(lock)
    await shows(second, 'elsewhere')
    const ending = second.prompt.ending()
    second.prompt.close()
    wait()
    assert.deepEqual(await ending, { status: 'passed' })
    const own = first.prompt.ending()
    first.prompt.close()
    assert.deepEqual(await own, { status: 'passed' })
  })

  test('what was put aside is settled at once, and asked again when the person wants it', async () => {
    const tab = open(lockOf(), {
      respond: async () => {
        throw new WatchwordBrowserError('verification-failed', { attemptsLeft: 4 })
      },
    })
    await shows(tab, 'asking')
    const ending = tab.prompt.ending()
    tab.prompt.putAside()
    assert.deepEqual(await ending, { status: 'cancelled' })
    assert.deepEqual(await tab.prompt.ending(), { status: 'cancelled' })
    tab.prompt.resume()
    await shows(tab, 'asking')
    await tab.prompt.flow.submit('123456')
    await shows(tab, 'asking')
  })
})
