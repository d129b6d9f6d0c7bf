import sdk = require('@watchword/node')
import express = require('@watchword/node/express')

const client: sdk.Watchword = sdk.createWatchword({ url: 'http://127.0.0.1:8080', key: 'ww_x_y' })
express.requireVerified({ client, identify: () => null })
// @ts-expect-error: there is no such mode
client.createGuard({ failureModes: [{ path: '/', mode: 'ajar' }] })
