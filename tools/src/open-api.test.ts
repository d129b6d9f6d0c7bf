import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { scopes } from '@watchword/access'
import { startUp, type TestPlatform } from '@watchword/cli/testing'
import type { OpenApi, Operation } from './http-reference.ts'

type Route = Readonly<{ name: string; method: string; path: string; operation: Operation }>

const purposes = ['subscribe', 'challenge', 'enrol'] as const

describe('the OpenAPI document of a running platform', () => {
  let platform: TestPlatform
  let routes: readonly Route[]

  before(async () => {
    platform = await startUp()
    routes = routesOf((await (await fetch(`${platform.url}/openapi.json`)).json()) as OpenApi)
  })
  after(async () => platform.stop())

  async function codeOf({ method, path }: Route, headers: Readonly<Record<string, string>>): Promise<string> {
    const answer = await fetch(platform.url + path.replaceAll(/\{\w+\}/g, 'x'), { method, headers })
    const text = await answer.text()
    return text.startsWith('{') ? String((JSON.parse(text) as { code?: unknown }).code) : ''
  }

  test('says of every operation what it does, who may, what it answers and every kind of refusal', () => {
    for (const { name, operation } of routes) {
      const statuses = Object.keys(operation.responses)
      assert.notEqual(operation.summary ?? '', '', name)
      assert.ok(operation.security, name)
      assert.ok(
        statuses.some((status) => status === '101' || status.startsWith('2')),
        name,
      )
      assert.ok('default' in operation.responses, name)
      if (operation.security.length > 0) assert.ok(statuses.includes('401') && statuses.includes('403'), name)
      assert.doesNotMatch(JSON.stringify(operation.responses), /Default Response/, name)
    }
  })

  test('names the operations that nobody needs a credential for, and no other', async () => {
    for (const route of routes) {
      const isOpen = route.operation.security?.length === 0
      assert.equal((await codeOf(route, {})) === 'missing-credentials', !isOpen, route.name)
    }
  })

  test('names the scopes that open an operation, and no other', async () => {
    for (const scope of scopes) {
      const { key } = (await made('/v1/keys', { app: 'demo', scopes: [scope] })) as { key: string }
      for (const route of routes.filter(({ operation }) => operation.security?.length !== 0)) {
        const [scheme, headers] = route.operation.security?.some((way) => 'proxyKey' in way)
          ? (['proxyKey', { 'x-watchword-key': key }] as const)
          : (['key', { authorization: `Bearer ${key}` }] as const)
        const refused = (await codeOf(route, headers)) === 'insufficient-scope'
        assert.equal(refused, !opens(route, scheme, scope), `${route.name} with the scope ${scope}`)
      }
    }
  })

  test('names the purposes of the tickets and capabilities that open an operation, and no other', async () => {
    for (const purpose of purposes) {
      const ticket = await ticketFor(purpose)
      for (const route of routes.filter(({ operation }) => operation.security?.some((way) => 'ticket' in way))) {
        const refused = (await codeOf(route, { 'x-watchword-ticket': ticket })) === 'insufficient-scope'
        assert.equal(refused, !opens(route, 'ticket', purpose), `${route.name} with a ticket for ${purpose}`)
        assert.equal(opens(route, 'capability', purpose), opens(route, 'ticket', purpose), route.name)
      }
    }
    const ticket = await ticketFor('enrol')
    for (const route of routes.filter(({ operation }) => !operation.security?.some((way) => 'ticket' in way)))
      if (route.operation.security?.length !== 0)
        assert.equal(await codeOf(route, { 'x-watchword-ticket': ticket }), 'missing-credentials', route.name)
  })

  async function ticketFor(purpose: string): Promise<string> {
    return ((await made('/v1/tickets', { user: 'x', purpose })) as { ticket: string }).ticket
  }

  async function made(path: string, body: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' }
    return (await fetch(`${platform.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
})

function opens({ operation }: Route, scheme: string, name: string): boolean {
  return operation.security?.some((way) => way[scheme]?.includes(name)) === true
}

function routesOf({ paths }: OpenApi): readonly Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
}
