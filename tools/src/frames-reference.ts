import { code, generatedPage, markdownTable } from './markdown.ts'
import { repositoryText } from './repository.ts'

type Property = Readonly<{
  type?: string
  description?: string
  enum?: readonly string[]
  const?: string
  $ref?: string
  items?: Property
  format?: string
}>

/** A frame as `schemas/ws/<name>.json` describes it. */
export type FrameSchema = Readonly<{
  description: string
  required: readonly string[]
  properties: Readonly<Record<string, Property>>
}>

/** What a client sends. */
export const clientFrames = ['subscribe', 'unsubscribe', 'ping'] as const
/** What the platform sends. */
export const serverFrames = [
  'state',
  'mfa-required',
  'unlocked',
  'session-ended',
  'lock-acknowledged',
  'approval-requested',
  'approval-closed',
  'replica-ready',
  'pong',
  'error',
] as const

/** The schema of a frame, or of the `lock` in them. */
export function frameSchema(name: string): FrameSchema {
  return JSON.parse(repositoryText(`schemas/ws/${name}.json`)) as FrameSchema
}

const introduction = `\`GET /v1/subscribe\` with the subprotocol \`watchword.v1\`. Backends send their key as \`Authorization\` (scope \`subscribe\`). A browser has
no key: it offers \`["watchword.v1", "ticket.<ticket>"]\` with a one-use ticket of \`POST /v1/tickets\`, and its Origin must be on the
list of the app; it hears of the one user that the ticket names. Frames are JSON text. The JSON Schema of each is in
[\`schemas/ws/\`](../../schemas/ws).

A push is a hint: the state is the truth. A client that finds a gap in \`seq\` waits for the next \`state\`, which says it all.`

const closing = markdownTable(
  ['Close code', 'Meaning'],
  [
    ['4401', 'No or bad credentials, the key was revoked meanwhile, or the session of the page has ended.'],
    ['4403', 'The origin is not on the list of the app, or another user than the one of the ticket was asked for.'],
    ['4408', 'The client did not read fast enough. Connect again: the first state has everything.'],
    ['1008', 'More than ten frames could not be read.'],
    ['1012', 'The platform restarts; the reason holds how long to wait, `retry after N ms`.'],
  ],
)

/** The page on WebSocket frames. */
export function framesReference(): string {
  const part = (name: string): string => {
    const { description, properties, required } = frameSchema(name)
    const rows = Object.entries(properties)
      .filter(([field]) => field !== 'type')
      .map(([field, property]) => [
        `${code(field)}${required.includes(field) ? '' : ' (optional)'}`,
        typeOf(property),
        property.description ?? '',
      ])
    const table = rows.length === 0 ? 'No further fields.' : markdownTable(['Field', 'Type', 'Meaning'], rows)
    return `### ${name}\n\n${description}.\n\n${table}`
  }
  return generatedPage('WebSocket', 'schemas/ws/', [
    introduction,
    '## Sent by the client',
    ...clientFrames.map(part),
    '## Sent by the platform',
    ...serverFrames.map(part),
    '## In frames',
    part('lock'),
    '## Close codes',
    closing,
  ])
}

function typeOf(property: Property): string {
  if (property.$ref !== undefined) return '[lock](#lock)'
  if (property.enum !== undefined) return property.enum.map(code).join(', ')
  if (property.items !== undefined) return `list of ${typeOf(property.items)}`
  return property.format === 'date-time' ? 'RFC 3339 time' : (property.type ?? '')
}
