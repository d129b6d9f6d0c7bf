export { ocsfToldOf } from './ocsf-told-of.ts'
export { type ReceivedMail, startMailServer } from './mail-server.ts'
export { type Received, type Receiver, startReceiver } from './receiver.ts'
