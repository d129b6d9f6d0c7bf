import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startForegroundServer } from '@watchword/service-host/testing'

/** What rsyslog has read out of one message. */
export type ParsedMessage = Readonly<{
  pri: string
  version: string
  time: string
  host: string
  app: string
  procid: string
  msgid: string
  data: string
  msg: string
}>

/** An rsyslog of this process. */
export type Rsyslog = Readonly<{
  messages: () => readonly ParsedMessage[]
  /** Resolves when so many messages have been written, in all. */
  hasWritten: (count: number) => Promise<void>
  stop: () => Promise<void>
}>

/** Debian's place for it is not on the path of everybody. */
const path = `${process.env['PATH'] ?? ''}:/usr/sbin`
const pem = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Starts the system's rsyslog in the foreground, on loopback alone: one port in the clear, one by TLS. Throws where there is none, or it ends at once. */
export async function startRsyslog(ports: Readonly<{ tcp: number; tls: number }>): Promise<Rsyslog> {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-rsyslog-'))
  const file = join(folder, 'messages')
  writeFileSync(file, '')
  writeFileSync(join(folder, 'rsyslog.conf'), configurationOf(folder, file, ports))
  const { stop } = await startForegroundServer({
    command: 'rsyslogd',
    args: ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')],
    env: { PATH: path },
    folder,
    ports: [ports.tcp, ports.tls],
    reason: () => 'rsyslog ended',
  })
  const messages = (): readonly ParsedMessage[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as ParsedMessage)
      : []
  return {
    messages,
    async hasWritten(count) {
      for await (const _ of changesOf(file)) if (messages().length >= count) return
    },
    stop,
  }
}

/** Once at first, then whenever the file was written to. */
async function* changesOf(file: string): AsyncGenerator<void> {
  const watcher = watch(file)
  try {
    for (;;) {
      const changed = once(watcher, 'change')
      yield
      await changed
    }
  } finally {
    watcher.close()
  }
}

/** The lines that docs/how-to/notify-people-and-machines.md shows, with paths and port of this machine. */
function shownLines(folder: string, port: number): string {
  const page = readFileSync(new URL('../../../../docs/how-to/notify-people-and-machines.md', import.meta.url), 'utf8')
  const [, lines = ''] = /^```text rsyslog\n(.*?)^```$/ms.exec(page) ?? []
  return lines
    .replaceAll('/etc/rsyslog/key.pem', pem('collector-key.pem'))
    .replaceAll(/\/etc\/rsyslog\/(?:ca|cert)\.pem/g, pem('collector-certificate.pem'))
    .replace('global(', `global(workDirectory="${folder}" `)
    .replace('port="6514"', `address="127.0.0.1" port="${port}" ruleset="all"`)
}

/** As an administrator would write it; every message becomes a line of JSON of what was read out of it. */
function configurationOf(folder: string, file: string, { tcp, tls }: Readonly<{ tcp: number; tls: number }>): string {
  const fields = {
    pri: 'pri',
    version: 'protocol-version',
    time: 'timereported',
    host: 'hostname',
    app: 'app-name',
    procid: 'procid',
    msgid: 'msgid',
    data: 'structured-data',
    msg: 'msg',
  }
  const properties = Object.entries(fields).map(([name, property]) => {
    const date = name === 'time' ? ' dateFormat="rfc3339"' : ''
    return `property(outname="${name}" name="${property}"${date} format="jsonf")`
  })
  return `
${shownLines(folder, tls)}
template(name="parsed" type="list") {
  constant(value="{")
  ${properties.join('\n  constant(value=",")\n  ')}
  constant(value="}\\n")
}
ruleset(name="all") { action(type="omfile" file="${file}" template="parsed" flushOnTXEnd="on") }
input(type="imtcp" address="127.0.0.1" port="${tcp}" ruleset="all")
`
}
