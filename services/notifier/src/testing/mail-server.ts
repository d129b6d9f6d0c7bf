import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export type ReceivedMail = Readonly<{ from: string; to: readonly string[]; source: string }>

/** An SMTP server on loopback that keeps what it is given. */
export interface MailServer {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** From now on every recipient is refused with this code; 0 takes them again. */
  refuse(code: number): void
  /** Resolves when so many mails have come, in all. */
  hasReceived(count: number): Promise<void>
  close(): Promise<void>
}

export async function startMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  let refusal = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onRcptTo(_address, _session, callback) {
      if (refusal === 0) callback()
      else callback(Object.assign(new Error('refused'), { responseCode: refusal }))
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const source = Buffer.concat(chunks).toString('utf8')
        mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), source })
        callback()
        for (const { count, resolve } of waiting) if (mails.length >= count) resolve()
      })
    },
  })
  // A client that is killed resets its connection.
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    refuse(code) {
      refusal = code
    },
    async hasReceived(count) {
      if (mails.length >= count) return
      await new Promise<void>((resolve) => waiting.push({ count, resolve }))
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
