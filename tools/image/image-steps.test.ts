import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { buildContext } from './build-context.ts'
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
