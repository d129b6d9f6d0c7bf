import * as sdk from '@watchword/node'
import * as http from '@watchword/node/http'
import { play } from './scenario.cjs'

const [url, key] = process.argv.slice(2)
await play(sdk, http, url, key)
console.log(`imported by ${process.version}`)
