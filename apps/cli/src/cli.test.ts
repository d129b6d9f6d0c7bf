import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand } from './testing/command-line.ts'

/** Every command that does something, found by asking for help from the top. */
async function commands(path: readonly string[] = []): Promise<readonly (readonly string[])[]> {
  const { code, out } = await runCommand([...path, '--help'])
  assert.equal(code, 0, path.join(' '))
  const [, listed] = out.join('\n').split('\nCommands:\n')
  if (listed === undefined) return [path]
  const names = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help')
  return (await Promise.all(names.map((name) => commands([...path, name])))).flat()
}

test('every command has --help and --json', async () => {
  const all = await commands()
  for (const expected of ['up', 'keys revoke', 'events send', 'topics plan'])
    assert.ok(
      all.some((path) => path.join(' ') === expected),
      expected,
    )
  for (const path of all) {
    const { out } = await runCommand([...path, '--help'])
    assert.match(out.join('\n'), /^ +--json /m, path.join(' '))
  }
})

test('a command or an option that there is not ends with 2', async () => {
  for (const args of [['nothing'], ['up', '--nothing'], ['events', 'send']])
    assert.equal((await runCommand(args)).code, 2, args.join(' '))
})
