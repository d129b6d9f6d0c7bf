import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Authenticator, createAuthenticator } from './totp.ts'

// Needs a real platform: WATCHWORD_URL.
const url = process.env['WATCHWORD_URL'] ?? ''
const folder = fileURLToPath(new URL('../screenshots/', import.meta.url))
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']

let browser: Browser
let bob: Page
let grace: Page
let authenticator: Authenticator
const faults: string[] = []

const shot = async (of: Page, name: string): Promise<void> => {
  await of.screenshot({ path: `${folder}approval-${name}.png`, fullPage: true })
}

const signIn = async (user: string, password: string): Promise<Page> => {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text())
  })
  await page.goto(url)
  await page.getByLabel('User name').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /^Good day/ }).waitFor()
  return page
}

const transfer = async (to: string, amount: string): Promise<string> => {
  await bob.getByLabel('To', { exact: true }).fill(to)
  await bob.getByLabel('Amount in €').fill(amount)
  await bob.getByLabel('Text (optional)').fill('invoice 7')
  await bob.getByRole('button', { name: 'Send money' }).click()
  return bob.locator('#number').innerText()
}

const answer = async (number: string, code: string): Promise<void> => {
  await grace.getByLabel('The number that bob sees').fill(number)
  await grace.getByLabel('Your code').fill(code)
  await grace.getByRole('button', { name: 'Approve' }).click()
}

before(async () => {
  assert.notEqual(url, '', 'WATCHWORD_URL names the platform')
  await mkdir(folder, { recursive: true })
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: flags })
  bob = await signIn('bob', 'battery-staple')
  grace = await signIn('grace', 'wise-old-owl')
})

after(async () => browser.close())

test('a supervisor sets up a second factor and waits', async () => {
  await grace.getByRole('button', { name: 'Set up authenticator app' }).click()
  authenticator = createAuthenticator(await grace.locator('.secret').innerText())
  await grace.locator('#enrol-code').fill(await authenticator.next())
  await grace.locator('.enrol button').click()
  await grace.getByText('is set up').waitFor()
  await grace.getByText('Nothing waits for you').waitFor()
})

test('a large transfer waits, and the supervisor sees at once what it is', async () => {
  const number = await transfer('Harbour Rentals', '1500.00')
  assert.match(number, /^[1-9][0-9]$/)
  await grace.getByRole('heading', { name: 'bob wants to transfer 1500.00 €' }).waitFor()
  const card = grace.locator('.approval')
  assert.match(await card.innerText(), /Harbour Rentals[\s\S]*invoice 7/)
  assert.ok(!(await grace.locator('main').innerText()).includes(number), 'the number is for the customer alone')
  await shot(bob, 'waiting')
  await shot(grace, 'asked')
  for (const [page, name] of [
    [bob, 'waiting-phone'],
    [grace, 'asked-phone'],
  ] as const) {
    await page.setViewportSize({ width: 360, height: 740 })
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    assert.ok(Number(overflow) <= 0, `${String(overflow)} px too wide`)
    await shot(page, name)
    await page.setViewportSize({ width: 1280, height: 900 })
  }
})

test('a wrong number is refused, the right one and a code let the transfer through', async () => {
  const number = await bob.locator('#number').innerText()
  await answer(number === '99' ? '98' : String(Number(number) + 1), await authenticator.next())
  await grace.getByText('Number or code is not right').waitFor()
  await shot(grace, 'wrong-number')
  await answer(number, await authenticator.next())
  await grace.getByText('Approved: 1500.00 € for Harbour Rentals.').waitFor()
  await bob.getByText('Approved and sent.').waitFor()
  await bob.getByText('To Harbour Rentals: invoice 7').waitFor()
  await shot(bob, 'sent')
})

test('a refusal ends it, and a page that was away finds what is open', async () => {
  await transfer('Unknown Ltd', '1200.00')
  await grace.locator('.approval').waitFor()
  await grace.reload()
  await grace.getByRole('heading', { name: 'bob wants to transfer 1200.00 €' }).waitFor()
  await grace.getByRole('button', { name: 'Refuse' }).click()
  await bob.getByText('A supervisor has refused this transfer.').waitFor()
  await grace.getByText('Nothing waits for you').waitFor()
  await shot(bob, 'refused')
})

test('meets no script error and no breach of its own policy on the way', () => {
  assert.deepEqual(faults, [])
})
