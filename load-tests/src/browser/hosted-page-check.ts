import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { totpCode, totpStep } from '../campaign/totp-code.ts'
import { addAuthenticator, look, startChromium } from './checked-page.ts'
import { type FrontDoor, startFrontDoor } from './front-door.ts'
import { call } from './platform-calls.ts'

// An app without any code for Watchword, behind a proxy, and the page that session-guard serves, in a real browser.
let door: FrontDoor
let browser: Browser
let context: BrowserContext
let page: Page
let user: string
let secret: string
let key: string
const faults: string[] = []
const app = `intranet-${randomUUID().slice(0, 8)}`

before(async () => {
  door = await startFrontDoor()
  browser = await startChromium()
  await call('POST', '/v1/apps', { id: app, name: 'Intranet', origins: [door.origin] })
  const scopes = ['check', 'subscribe', 'enrol', 'operate', 'ingest']
  key = String((await call('POST', '/v1/keys', { app, scopes, name: 'proxy and backend' }))['key'])
})
after(async () => {
  await browser.close()
  door.close()
})
beforeEach(async () => {
  await context?.close()
  context = await browser.newContext({ locale: 'en-GB' })
  page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text()) && !isAboutFrames(message.text())) faults.push(message.text())
  })
  user = `carol-${randomUUID()}`
  door.signIn({ user, session: 's-1' }, key)
  door.takeProofs(false)
  const factor = await asBackend('POST', `/v1/users/${user}/factors/totp`)
  secret = String(factor['secret'])
  const code = totpCode(secret, totpStep(Date.now()) - 1)
  await asBackend('POST', `/v1/users/${user}/factors/totp/${String(factor['factor'])}/confirm`, { code })
})

const asBackend = (method: string, path: string, body?: object) => call(method, path, body, key)
const isAboutFrames = (text: string): boolean => text.includes('frame-ancestors')
const lock = (): Promise<unknown> => asBackend('POST', `/v1/users/${user}/lock`, { reason: 'a test', session: 's-1' })
const dialog = () => page.locator('watchword-challenge dialog[open]')
const at = (path: string) => page.waitForURL(`${door.origin}${path}`)

test('asks on the origin of the app and leads back to where the person was, query and all', async () => {
  await page.goto(`${door.origin}/reports?year=2026&q=1`)
  await page.getByText('The intranet').waitFor()
  await lock()
  await page.goto(`${door.origin}/reports?year=2026&q=1`)
  await dialog().waitFor()
  await page.locator('watchword-challenge input').waitFor()
  await look(page, 'hosted-page')
  await page.locator('watchword-challenge input').fill('000000')
  await dialog().getByText('attempts left').waitFor()
  await page.locator('watchword-challenge input').fill(totpCode(secret, totpStep(Date.now())))
  await at('/reports?year=2026&q=1')
  await page.getByText('The intranet').waitFor()
})

test('takes a passkey, which belongs to the domain of the app', async () => {
  await addAuthenticator(context, page)
  await page.goto(door.origin)
  const { options } = await asBackend('POST', `/v1/users/${user}/factors/webauthn/options`, {})
  const credential = await page.evaluate<object>(`(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(${JSON.stringify(options)})
    return (await navigator.credentials.create({ publicKey })).toJSON()
  })()`)
  await asBackend('POST', `/v1/users/${user}/factors/webauthn`, { credential })
  await lock()
  await page.goto(`${door.origin}/reports`)
  await dialog().getByRole('button', { name: 'Continue with a passkey' }).click()
  await at('/reports')
  await page.getByText('The intranet').waitFor()
})

test('says that nothing is to be confirmed, and does not send anybody to and fro', async () => {
  await page.goto(`${door.origin}/_guard/challenge?return_to=/reports`)
  await at('/reports')
  await page.goto(`${door.origin}/_guard/challenge?return_to=/reports`)
  await page.getByRole('link', { name: 'Continue' }).waitFor()
  await look(page, 'hosted-page-calm')
  await page.getByRole('link', { name: 'Continue' }).click()
  await at('/reports')
})

test('"not now" leaves the person on the page, with the way back into the question', async () => {
  await lock()
  await page.goto(door.origin)
  await dialog().waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'This session is locked' }).waitFor()
  await page.getByRole('button', { name: 'Confirm now' }).waitFor()
  await look(page, 'hosted-page-cancelled')
  await page.getByRole('button', { name: 'Confirm now' }).click()
  await dialog().waitFor()
})

test('leads to the sign-in when the session has ended', async () => {
  await asBackend('DELETE', `/v1/sessions/s-1?user=${user}`)
  await page.goto(door.origin)
  await page.getByRole('heading', { name: 'Please sign in again' }).waitFor()
  await look(page, 'hosted-page-ended')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await at('/login')
})

/** The session is used by somebody else, which locks it; whoever answers from here ends it. */
const steal = async (): Promise<void> => {
  const theft = { type: 'login', outcome: 'succeeded', user, session: 's-1', device: 'd-thief', ip: '198.51.100.23' }
  await asBackend('POST', '/v1/activities', theft)
  const isLocked = async (): Promise<boolean> =>
    (await asBackend('GET', `/v1/users/${user}/status?session=s-1`))['locked'] === true
  while (!(await isLocked())) await page.waitForTimeout(20)
  await page.goto(`${door.origin}/reports`)
  await page.locator('watchword-challenge input').fill(totpCode(secret, totpStep(Date.now())))
}

test('a stolen session ends with the right answer, and a new one begins at the sign-in', async () => {
  await steal()
  await page.getByRole('heading', { name: 'Please sign in again' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Please sign in again' }).waitFor()
})

test('or at once, where the app takes the proof', async () => {
  door.takeProofs(true)
  await steal()
  await at('/reports')
  await page.getByText('The intranet').waitFor()
  assert.equal(door.proofs.length, 1)
})

test('cannot be used to lead anybody to another site', async () => {
  await lock()
  for (const target of ['https://evil.example/', '//evil.example', String.raw`/\evil.example`, '/.//evil.example']) {
    await page.goto(`${door.origin}/_guard/challenge?return_to=${encodeURIComponent(target)}`)
    await dialog().waitFor()
    assert.equal(await page.evaluate(`document.querySelector('[data-go="return"]').href`), `${door.origin}/`, target)
  }
})

test('cannot be framed, by the app itself neither', async () => {
  await page.goto(`${door.origin}/login`)
  const refused = page.waitForEvent('console', (message) => isAboutFrames(message.text()))
  await page.evaluate(
    `document.body.append(Object.assign(document.createElement('iframe'), { src: '/_guard/challenge' }))`,
  )
  await refused
})

test('puts no ticket, capability or proof into an address or a referrer, and breaches no policy', () => {
  assert.ok(door.logged.some((line) => line.startsWith('/_guard/tickets')))
  for (const line of door.logged) {
    assert.doesNotMatch(line, /wwt_|wwc_|eyJ/)
    assert.doesNotMatch(line, / .*_guard/, 'the page is nobody’s referrer')
  }
  assert.deepEqual(faults, [])
})
