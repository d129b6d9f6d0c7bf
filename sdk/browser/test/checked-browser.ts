import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { after, before, beforeEach } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { startProtocolServer } from './protocol-server.ts'

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url))
const axeSource = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const chromiumFlags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** A browser of each test's own, on pages of the small platform; `faults` are script errors and breaches of their policy. */
export type CheckedBrowser = {
  readonly server: Awaited<ReturnType<typeof startProtocolServer>>
  readonly context: BrowserContext
  readonly open: (path?: string) => Promise<Page>
  readonly faults: readonly string[]
}

/** Starts platform and browser for the tests of a file. */
export const checkedBrowser = (): CheckedBrowser => {
  const faults: string[] = []
  let server: CheckedBrowser['server'] | undefined
  let browser: Browser | undefined
  let context: BrowserContext | undefined
  const known = <Value>(value: Value | undefined): Value => {
    assert.ok(value !== undefined, 'only within a test')
    return value
  }

  before(async () => {
    await mkdir(folder, { recursive: true })
    server = await startProtocolServer()
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: chromiumFlags.split(' '),
    })
  })
  after(async () => {
    await browser?.close()
    server?.close()
  })
  beforeEach(async () => {
    await context?.close()
    context = await browser?.newContext({ locale: 'en-GB' })
  })

  return {
    get server() {
      return known(server)
    },
    get context() {
      return known(context)
    },
    faults,
    open: async (path = '/') => {
      const page = await known(context).newPage()
      page.setDefaultTimeout(15_000)
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) faults.push(message.text())
      })
      await page.goto(known(server).origin + path)
      await until(page, 'window.load !== undefined')
      return page
    },
  }
}

/** Waits for a fact of the page; Playwright's own way needs a policy that allows `eval`. */
export const until = async (page: Page, fact: string): Promise<void> => {
  await page.evaluate(`(async () => { while (!(${fact})) await new Promise((next) => setTimeout(next, 20)) })()`)
}

/** Opens the page again. */
export const reload = async (page: Page): Promise<void> => {
  await page.reload()
  await until(page, 'window.load !== undefined')
}

/** Makes guarded requests, as many. */
export const load = async (page: Page, count = 1): Promise<void> => void (await page.evaluate(`load(${count})`))

/** Waits for the outcomes of so many guarded requests: a status, or the code of an error. */
export const results = async (page: Page, count: number): Promise<string[]> => {
  await until(page, `results.length >= ${count}`)
  return page.evaluate('results')
}

export const dialog = (page: Page): Locator => page.locator('watchword-challenge dialog[open]')
export const bar = (page: Page): Locator => page.locator('watchword-challenge .bar:not([hidden])')
export const input = (page: Page): Locator => page.locator('watchword-challenge input')
export const button = (page: Page, name: string): Locator => dialog(page).getByRole('button', { name })

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] }

/** Holds a state to WCAG 2.2 AA with axe, and takes its picture, in light and dark, on a desk and in a hand. */
export const look = async (page: Page, name: string): Promise<void> => {
  await page.evaluate(axeSource)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const [size, width, height] of [
      ['desk', 1280, 800],
      ['hand', 375, 667],
    ] as const) {
      await page.setViewportSize({ width, height })
      const { violations } = await page.evaluate<{ violations: readonly Violation[] }>('axe.run()')
      const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
      assert.deepEqual(told, [], `${name}, ${colorScheme}, ${size}`)
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      assert.ok(Number(overflow) <= 0, `${name} is ${String(overflow)} px too wide`)
      await page.screenshot({ path: `${folder}${name}-${colorScheme}-${size}.png` })
    }
  }
}
