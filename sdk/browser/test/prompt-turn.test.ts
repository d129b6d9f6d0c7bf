import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createAsideMemory } from '../src/aside-memory.ts'
import { type PromptTurn, requestPromptTurn } from '../src/prompt-turn.ts'

type Shown = 'nothing' | 'prompt' | 'elsewhere' | 'aside' | 'passed'
type Tab = { shown: Shown; readonly turn: PromptTurn }

/** The tabs of one browser: real Web Locks and channels, and one storage. */
const browser = () => {
  const lock = { id: randomUUID(), version: 1 }
  const kept = new Map<string, string>()
  const aside = createAsideMemory(() => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  }))
  const tabs: Tab[] = []
  const open = (version = 1): Tab => {
    const become = (shown: Shown) => () => void (tab.shown = shown)
    const tab: { shown: Shown; turn: PromptTurn | undefined } = { shown: 'nothing', turn: undefined }
    const hooks = {
      onTurn: become('prompt'),
      onElsewhere: become('elsewhere'),
      onAside: become('aside'),
      onPassed: become('passed'),
    }
    const runtime = {
      locks: navigator.locks,
      openChannel: (name: string) => new BroadcastChannel(name),
      aside,
      now: () => performance.timeOrigin + performance.now(),
      whenTold: (callback: () => void) => void setTimeout(callback, 20),
      untilPreferred: async () => undefined,
    }
    tab.turn = requestPromptTurn({ ...lock, version }, hooks, runtime)
    tabs.push(tab as Tab)
    return tab as Tab
  }
  const close = (tab: Tab): void => {
    tabs.splice(tabs.indexOf(tab), 1)
    tab.turn.release()
  }
  return { tabs, open, close, closeAll: () => tabs.forEach(({ turn }) => turn.release()) }
}

const fact = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
const count = (tabs: readonly Tab[], shown: Shown): number => tabs.filter((tab) => tab.shown === shown).length

test('whatever people do with their tabs, one of them asks, or none while it is put aside', async () => {
  const step = fc.record({ kind: fc.constantFrom('open', 'close', 'take', 'aside'), which: fc.nat(9) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { tabs, open, close, closeAll } = browser()
      let isAside = false
      for (const { kind, which } of [{ kind: 'open', which: 0 }, ...steps]) {
        const tab = tabs[which % Math.max(1, tabs.length)]
        if (kind === 'open') open()
        else if (tab === undefined) continue
        else if (kind === 'close') close(tab)
        else if (kind === 'take') tab.turn.take()
        else tab.turn.putAside()
        if (kind === 'take' || kind === 'aside') isAside = kind === 'aside'
        await fact(() =>
          isAside
            ? count(tabs, 'aside') === tabs.length
            : count(tabs, 'prompt') === Math.min(1, tabs.length) &&
              count(tabs, 'elsewhere') === tabs.length - 1 + Number(tabs.length === 0),
        )
      }
      closeAll()
    }),
    { numRuns: 60 },
  )
})

test('a tab that is opened or reloaded after "not now" does not ask, and one that is told of a new version does', async () => {
  const { tabs, open, closeAll } = browser()
  const first = open()
  await fact(() => first.shown === 'prompt')
  first.turn.putAside()
  const second = open()
  assert.equal(second.shown, 'aside')
  const newer = open(2)
  await fact(() => newer.shown === 'prompt')
  assert.equal(count(tabs, 'aside'), 2)
  closeAll()
})

test('tells every other tab that the lock is open', async () => {
  const { tabs, open, closeAll } = browser()
  const first = open()
  await fact(() => first.shown === 'prompt')
  open()
  open()
  await fact(() => count(tabs, 'elsewhere') === 2)
  first.turn.pass()
  await fact(() => count(tabs, 'passed') === 2)
  closeAll()
})

test('remembers what was put aside without storage too, and forgets the oldest', () => {
  const forbidden = createAsideMemory(() => {
    throw new DOMException('forbidden', 'SecurityError')
  })
  for (let version = 0; version < 20; version++) forbidden.add({ id: 'l 1', version })
  assert.equal(forbidden.has({ id: 'l 1', version: 19 }), true)
  assert.equal(forbidden.has({ id: 'l 1', version: 3 }), false)
  forbidden.remove({ id: 'l 1', version: 19 })
  assert.equal(forbidden.has({ id: 'l 1', version: 19 }), false)
})
