import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { repositoryFile } from '../src/repository.ts'
import { compileSchema } from './compile-schema.ts'

// node tools/ocsf/main.ts FOLDER
// Writes the schema that the tests of the notifier judge its events by, of a checkout of github.com/ocsf/ocsf-schema at the commit below.
const commit = '3dcb905d26523ce4d5d0ba3c28c8507e2c859407'
const classes = ['base_event', 'detection_finding', 'account_change', 'authentication']
const objects = [
  'actor',
  'analytic',
  'device',
  'evidences',
  'finding_info',
  'http_request',
  'location',
  'metadata',
  'network_endpoint',
  'product',
  'service',
  'session',
  'user',
]

const [folder = ''] = process.argv.slice(2)
const compiled = compileSchema(folder, classes, objects)
const about = `Compiled by tools/ocsf/main.ts from github.com/ocsf/ocsf-schema at commit ${commit} (Apache-2.0): inheritance, profiles and dictionary put together for the classes and objects that our events use, without descriptions. "profile": only with this name in metadata.profiles. "sha256" is of version, classes and objects as JSON without blanks.`
const sha256 = createHash('sha256').update(JSON.stringify(compiled)).digest('hex')
const file = repositoryFile(`services/notifier/src/testing/ocsf-${compiled.version}.json`)
writeFileSync(file, `${JSON.stringify({ about, sha256, ...compiled }, undefined, 2)}\n`)
