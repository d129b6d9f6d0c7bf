'use strict'
const assert = require('node:assert/strict')
const sdk = require('@watchword/node')
const { play } = require('./scenario.cjs')

const [url, key, ...subpaths] = process.argv.slice(2)
const consume = async () => {
  for (const subpath of subpaths) {
    const name = `@watchword/node${subpath.slice(1)}`
    const imported = await import(name)
    const required = require(name)
    assert.ok(Object.keys(required).length > 0, name)
    for (const [member, value] of Object.entries(required)) assert.equal(imported[member], value, `${name} ${member}`)
  }
  await play(sdk, require('@watchword/node/http'), url, key)
}
consume().then(
  () => console.log(`required by ${process.version}`),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
