import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { repositoryText } from '../src/repository.ts'
import { buildContext } from './build-context.ts'
import { userOf } from './empty-root.ts'
import { readDockerfile } from './read-dockerfile.ts'

describe('the steps of an image', () => {
  test('are read with the lines that go on, words in JSON and all variables', () => {
    const text = [
      'FROM node:24-slim',
      '# Not a step.',
      'RUN a && \\',
      '  b',
      'ENV A=1 B=$A:x',
      'ENTRYPOINT []',
      'CMD ["a", "b c"]',
    ].join('\n')
    assert.deepEqual(readDockerfile(text), [
      { kind: 'from', image: 'node:24-slim' },
      { kind: 'run', command: 'a && \\\n  b' },
      {
        kind: 'env',
        variables: [
          ['A', '1'],
          ['B', '$A:x'],
        ],
      },
      { kind: 'entrypoint', words: [] },
      { kind: 'command', words: ['a', 'b c'] },
    ])
  })

  test('that are not known are refused, and none is left out', () => {
    const refused = [
      'ADD https://example.com/x /x',
      'VOLUME /data',
      'COPY --from=build /app /app',
      'FROM --platform=linux/amd64 node',
      'COPY --chown=node:node . .',
      'RUN --mount=type=cache,target=/root/.npm npm ci',
      'COPY a b /c',
      'FROM node AS build',
      'SHELL ["bash", "-c"]',
      'RUN ["a"]',
      'CMD a b',
      'ENV A 1',
    ]
    for (const line of refused) assert.throws(() => readDockerfile(`FROM node\n${line}`), Error, line)
  })

  test('are taken by a user that the base image has by name, or by both numbers', () => {
    assert.equal(userOf('root'), '0:0')
    assert.equal(userOf('node'), '1000:1000')
    assert.equal(userOf('101:102'), '101:102')
    for (const name of ['nobody', '1000', 'node:node', '1000:node', ''])
      assert.throws(() => userOf(name), /no user/, name)
  })

  test('of ours end with a user by numbers, not root: a kubelet cannot tell of a name whether it is', () => {
    const users = readDockerfile(repositoryText('deploy/docker/Dockerfile')).flatMap((step) =>
      step.kind === 'user' ? [step.name] : [],
    )
    assert.match(users.at(-1) ?? '', /^[1-9]\d*:[1-9]\d*$/)
    const { podSecurityContext } = parse(repositoryText('deploy/helm/watchword/values.yaml')) as {
      podSecurityContext: Readonly<{ runAsUser: number; runAsGroup: number }>
    }
    assert.equal(users.at(-1), `${podSecurityContext.runAsUser}:${podSecurityContext.runAsGroup}`)
  })

  test('are given the files that the rules let in, and never a folder of packages or the repository', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'watchword-context-'))
    t.after(() => rmSync(folder, { recursive: true }))
    for (const path of ['src/a.ts', 'src/a.test.ts', 'src/node_modules/x/a.ts', '.git/config', '.env', 'other/a.ts']) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), '')
    }
    const rules = ['**', '!src', '**/node_modules', '**/*.test.ts']
    assert.deepEqual(buildContext(folder, rules.join('\n')), ['src/a.ts'])
    assert.throws(() => buildContext(folder, ['**', '!src', '**/*.test.ts'].join('\n')), /src\/node_modules/)
    assert.throws(() => buildContext(folder, '**/node_modules'), /\.git/)
  })
})
