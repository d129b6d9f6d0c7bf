export { startMailServer } from './mail-server.ts'
export { type Receiver, startReceiver } from './receiver.ts'
