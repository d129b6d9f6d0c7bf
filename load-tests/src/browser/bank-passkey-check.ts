import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { addAuthenticator, startChromium } from './checked-page.ts'
import { platform } from './platform-calls.ts'

// A customer of the demo bank with a passkey, against the real platform: stolen cookies, the question, a touch, and on.
let browser: Browser
let context: BrowserContext
let page: Page

before(async () => {
  browser = await startChromium()
  context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
  page = await context.newPage()
  page.setDefaultTimeout(15_000)
})
after(() => browser.close())

const overlay = () => page.locator('watchword-challenge dialog[open]')
const cookie = async (): Promise<string | undefined> =>
  (await context.cookies()).find(({ name }) => name === 'bank_session')?.value

test('adds a passkey to a customer who has no factor', async () => {
  await addAuthenticator(context, page)
  await page.goto(platform.url)
  await page.getByLabel('User name').fill('bob')
  await page.getByLabel('Password').fill('battery-staple')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('Your second factor is set up').waitFor()
})

test('a touch of it gives the person a new session, and the thief nothing', async () => {
  const stolen = await cookie()
  await page.locator('[data-attack="replay"]').click()
  await overlay().getByRole('button', { name: 'Continue with a passkey' }).click()
  await overlay().waitFor({ state: 'detached' })
  await page.locator('.account').first().waitFor()
  assert.notEqual(await cookie(), stolen)
  const answer = await fetch(new URL('/bank/api/overview', platform.url), {
    headers: { cookie: `bank_session=${stolen ?? ''}` },
  })
  assert.equal(answer.status, 401)
})
