import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const folder = fileURLToPath(new URL('../../screenshots/', import.meta.url))
const axeSource = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const flags = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'

/** The system's Chromium. */
export async function startChromium(): Promise<Browser> {
  await mkdir(folder, { recursive: true })
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [...flags.split(' '), '--disable-component-update', '--disable-sync'],
  })
}

/** A device of the page's own that makes passkeys and answers with them at once. */
export async function addAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

type Violation = Readonly<{ id: string; nodes: readonly Readonly<{ html: string }>[] }>

/** Holds a page to WCAG 2.2 AA with axe and takes its picture, in light and dark, on a desk and in a hand. */
export async function look(page: Page, name: string): Promise<void> {
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
      await page.screenshot({ path: `${folder}${name}-${colorScheme}-${size}.png` })
    }
  }
}
