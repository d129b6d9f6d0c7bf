import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { auditMigrations } from './audit-schema.ts'

/** SHA-256 of the text of each step, as databases have recorded it: a step is added here, and none is changed. */
const recorded = {
  '0002': '2de701241ead784d49e5538a71cda1fbb09cb4517c668fe20ea473e0a3b24fd0',
  '0003': '92f5e70fbff76fa1268f1f2943b6e300015d6bdda98a2483559f0132aefffbfe',
  '0004': 'fc174e03dc9ac70c158cf606afd28c51802bde5dfb8f80680a85f7ba1154bda0',
  '0005': '165c610fbb315bd3399a05262029607f2f1370c2cbb8393306a95a0ce030aeef',
  '0006': '56a6c38be54d51863e79c6297ce006c30525a00eb3d9c17ec6dae1af7d7134c7',
  '0007': '5fcd8c4dcf5d23e5cd97a7f289aac065ec6433e60cdc1dc540a8e4a19de5c3df',
  '0008': '0c09754a4acefb1694fc10797e68b61d1c06e273bc0bfe0965beeee8f1cf8811',
  '0009': '633dbc5d3e0e9a49e46e70cd03e6cd73dfa8b95233ae817f202b8848a9cbebfc',
  '0010': 'e8b3fce68af6818bd618174a639fd7877a5fa20e75f7cb870eac6badbaed46a2',
  '0011': '2406f1753854081b465cb29839d878658845a67702e8026fbef7a57be70923f2',
  '0012': 'e9197f80653e8827d359392167f872831cf24faedb1f7a4807700f6e38470a58',
  '0013': 'd55ccfc57d42d8991f8ab7ca5432625d61f54c9cdae2bf308b08e7bcd72eef3f',
  '0014': 'ac2f37c1daed0aac84b2745dc878541b83fcb725e6e53a88226f637377f08d76',
  '0015': '85ddba89fad905a9898ffc047a7838dc7dcd69e89f045822286aac2229f7cad9',
}

test('a step of the schema that databases have applied keeps its text', () => {
  const checksums = auditMigrations.map(({ id, sql }) => {
    const text = sql.map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    return [id, createHash('sha256').update(JSON.stringify(text)).digest('hex')]
  })
  assert.deepEqual(Object.fromEntries(checksums), recorded)
})
