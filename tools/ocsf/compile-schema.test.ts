import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { compileSchema } from './compile-schema.ts'

const sources: Readonly<Record<string, object>> = {
  'version.json': { version: '1.2.3' },
  'categories.json': { attributes: { iam: { uid: 3 } } },
  'dictionary.json': {
    attributes: {
      activity_id: { type: 'integer_t', enum: { '0': {} } },
      action: { type: 'string_t' },
      ips: { type: 'ip_t', is_array: true },
      user: { type: 'user' },
      method: { type: 'string_t', enum: { GET: {} } },
    },
    types: { attributes: { integer_t: {}, string_t: {}, ip_t: { type: 'string_t' } } },
  },
  'profiles/control.json': { name: 'control', attributes: { action: { requirement: 'recommended' } } },
  'events/base.json': {
    name: 'base',
    category: 'other',
    attributes: { $include: ['profiles/control.json'], activity_id: { requirement: 'required', enum: { '99': {} } } },
  },
  'events/iam/logon.json': {
    name: 'logon',
    caption: 'Logon',
    category: 'iam',
    extends: 'base',
    uid: 2,
    attributes: { user: { requirement: 'required' }, activity_id: { enum: { '1': {} } } },
    constraints: { at_least_one: ['user'] },
  },
  'events/iam/blocked.json': { name: 'blocked', extends: 'logon', attributes: { action: { profile: null } } },
  'objects/user.json': { name: 'user', attributes: { ips: {}, method: { enum: { PUT: {} } } } },
}

describe('a schema of OCSF, compiled', () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-ocsf-'))
  after(() => rmSync(folder, { recursive: true }))
  for (const [file, source] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), JSON.stringify(source))
  }

  test('has what a class inherits, what a profile adds, the values of all of them, and the types of the dictionary', () => {
    assert.deepEqual(compileSchema(folder, ['logon'], ['user']), {
      version: '1.2.3',
      classes: {
        '3002': {
          name: 'Logon',
          category: 3,
          attributes: {
            action: { type: 'string', profile: 'control' },
            activity_id: { type: 'integer', required: true, enum: [0, 1, 99] },
            user: { object: 'user', required: true },
            category_uid: { type: 'integer', required: true, enum: [3] },
            class_uid: { type: 'integer', required: true, enum: [3002] },
          },
          constraints: { at_least_one: ['user'] },
        },
      },
      objects: {
        user: {
          attributes: { ips: { type: 'string', array: true }, method: { type: 'string', enum: ['GET', 'PUT'] } },
        },
      },
    })
  })

  test('needs no profile for what a class takes out of one', () => {
    const [blocked] = Object.values(compileSchema(folder, ['blocked'], []).classes)
    assert.deepEqual(blocked?.attributes['action'], { type: 'string' })
  })

  test('is none of a class or an object that there is not', () => {
    assert.throws(() => compileSchema(folder, ['nothing'], []), /no nothing among the events/)
    assert.throws(() => compileSchema(folder, [], ['nothing']), /no nothing among the objects/)
  })
})
