import { buildNodePackage } from './node-package.ts'

// Writes `sdk/node/dist`, the folder to publish: `npm publish sdk/node/dist`.
process.stdout.write(`${await buildNodePackage()}\n`)
