import { createWatchword } from '../src/index.ts'

// An app that captures without end while the platform is away, until it is killed.
const [url = '', queueFolder = ''] = process.argv.slice(2)
const client = createWatchword({ url, key: 'ww_test_secret', queueFolder, onError: () => undefined })
for (let number = 1; ; number++) {
  void client.capture({ id: `a-${number}`, type: 'access', user: 'alice' })
  await new Promise(setImmediate)
}
