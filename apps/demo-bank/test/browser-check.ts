import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { startStandIn } from './stand-in-platform.ts'
import { type Authenticator, createAuthenticator } from './totp.ts'

// The platform under test: WATCHWORD_URL, or else a stand-in that speaks its protocol.
const given = process.env['WATCHWORD_URL']
const folder = fileURLToPath(new URL('../screenshots/', import.meta.url))
const chromiumFlags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

let browser: Browser
let context: BrowserContext
let page: Page
let url: string
let close = async (): Promise<void> => undefined
let authenticator: Authenticator
const faults: string[] = []
let station = 0

const shot = async (name: string, of: Page = page): Promise<void> => {
  const path = `${folder}${String(++station).padStart(2, '0')}-${name}.png`
  await of.screenshot({ path, fullPage: !name.startsWith('overlay') })
}

const overlay = () => page.locator('watchword-challenge dialog[open]')
const signedIn = () => page.getByRole('heading', { name: 'Good day, Alice' })

const signIn = async (): Promise<void> => {
  await page.getByLabel('User name').fill('alice')
  await page.getByLabel('Password').fill('correct-horse')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await signedIn().waitFor()
}

/** Waits until the accounts are there, giving the code if it is asked for. */
const settle = async (): Promise<boolean> => {
  const accounts = page.locator('.account').first()
  await accounts.or(overlay()).first().waitFor()
  const asked = await overlay().isVisible()
  if (asked) {
    await page.locator('watchword-challenge input').fill(await authenticator.next())
    await overlay().waitFor({ state: 'detached' })
  }
  await accounts.waitFor()
  return asked
}

const attack = async (kind: string): Promise<string> => {
  const answered = page.waitForResponse('**/demo/attacks')
  await page.locator(`[data-attack="${kind}"]`).click()
  await answered
  await page.locator('fieldset:not([disabled])').waitFor({ state: 'attached' })
  return (await page.locator('.steps').innerText()).replaceAll('\n', ' ')
}

before(async () => {
  await mkdir(folder, { recursive: true })
  if (given === undefined) ({ url, close } = await startStandIn())
  else url = given
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: chromiumFlags.split(' '),
  })
  context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
  page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text())
  })
})

after(async () => {
  await browser.close()
  await close()
})

test('signs a person in and shows the accounts', async () => {
  await page.goto(url)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await shot('sign-in')
  await page.getByLabel('User name').fill('alice')
  await page.getByLabel('Password').fill('not-this-one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('do not go together').waitFor()
  await signIn()
  await page.locator('.account').first().waitFor()
  await shot('home')
})

test('sets up an authenticator app by its QR code', async () => {
  await page.getByRole('button', { name: 'Set up authenticator app' }).click()
  await page.locator('.enrol img').waitFor()
  await shot('enrolment')
  authenticator = createAuthenticator(await page.locator('.secret').innerText())
  await page.locator('#enrol-code').fill(await authenticator.next())
  await page.locator('.enrol button').click()
  await page.getByText('is set up').waitFor()
  await shot('enrolled')
})

test('lets a person in again until their browser is familiar', async () => {
  let asked = 0
  for (let times = 0; times < 3; times++) {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn()
    if (await settle()) asked++
  }
  assert.ok(asked <= 1, `asked ${asked} times`)
  await shot('familiar')
})

test('asks in the open page when the cookies are used from elsewhere, and refuses the thief', async () => {
  const told = await attack('replay')
  assert.match(told, /Let through/)
  assert.match(told, /The next request with the same cookies: refused/)
  await overlay().waitFor()
  await shot('overlay-asked')
  await page.setViewportSize({ width: 320, height: 640 })
  await shot('overlay-narrow')
  await page.setViewportSize({ width: 1280, height: 900 })
})

test('keeps the question away once it was put aside, and the accounts with it', async () => {
  await page.keyboard.press('Escape')
  await page.locator('watchword-challenge .bar').waitFor()
  await shot('overlay-aside')
  await page.reload()
  await page.locator('watchword-challenge .bar').waitFor()
  assert.equal(await overlay().count(), 0)
  await page.getByRole('button', { name: 'Confirm now' }).click()
  await overlay().waitFor()
  assert.equal(await page.locator('.account').count(), 0)
})

test('asks in one tab at a time', async () => {
  const other = await context.newPage()
  await other.goto(url)
  await other.getByText('Another tab is asking').waitFor()
  await shot('overlay-other-tab', other)
  await other.close()
})

test('says how many attempts are left after a wrong code', async () => {
  await page.locator('watchword-challenge input').fill(authenticator.wrong())
  await page.getByText(/attempts? left/).waitFor()
  await shot('overlay-wrong')
})

test('gives the person a new session for the right code, while the copied cookies stay dead', async () => {
  const before = await cookie('bank_session')
  await page.locator('watchword-challenge input').fill(await authenticator.next())
  await overlay().waitFor({ state: 'detached' })
  await page.locator('.account').first().waitFor()
  assert.notEqual(await cookie('bank_session'), before)
  await page.locator('#insight').getByText('locked until confirmed').first().waitFor()
  await page.locator('#insight').getByText('Sign-in').first().waitFor()
  await shot('verified')
  assert.match(await attack('replay-again'), /refused/)
  await shot('thief-refused')
  await page.reload()
  await page.locator('.account').first().waitFor()
})

test('refuses the old cookie outside the page too', async () => {
  const stolen = await context.cookies()
  await attack('replay')
  await overlay().waitFor()
  const cookies = stolen.map(({ name, value }) => `${name}=${value}`).join('; ')
  const answer = await fetch(new URL('/bank/api/overview', url), { headers: { cookie: cookies } })
  assert.equal(answer.status, 401)
  assert.match(answer.headers.get('www-authenticate') ?? '', /insufficient_user_authentication/)
  await page.locator('watchword-challenge input').fill(await authenticator.next())
  await page.locator('.account').first().waitFor()
})

test('keeps out somebody who knows the password, on a device of their own', async () => {
  assert.match(await attack('new-device'), /Their first request: refused/)
  await shot('new-device')
  await page.reload()
  await page.locator('.account').first().waitFor()
})

test('fits a narrow screen and a dark one', async () => {
  await page.setViewportSize({ width: 360, height: 740 })
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  assert.ok(Number(overflow) <= 0, `${String(overflow)} px too wide`)
  await shot('narrow')
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 1280, height: 900 })
  await shot('dark')
})

test('meets no script error and no breach of its own policy on the way', () => {
  assert.deepEqual(faults, [])
})

const cookie = async (name: string): Promise<string | undefined> =>
  (await context.cookies()).find((one) => one.name === name)?.value
