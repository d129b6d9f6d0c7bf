import { createInterface } from 'node:readline'
import { activityOfOktaEvent } from './okta-system-log.ts'
import { readRbaCsv } from './rba-csv.ts'
import type { ConnectorResult, ReportedActivity } from './reported-activity.ts'

export const inputFormats = ['activities', 'rba', 'okta'] as const

export type InputFormat = (typeof inputFormats)[number]

/** Reads an input line by line as activities: NDJSON of activities, the RBA data set's CSV, or NDJSON of Okta's System Log. */
export async function* readInput(input: NodeJS.ReadableStream, format: InputFormat): AsyncGenerator<ConnectorResult> {
  if (format === 'rba') yield* readRbaCsv(input)
  else yield* readLines(input, format === 'okta' ? activityOfOktaEvent : activityOfLine)
}

type ReadLine = (value: unknown, line: number) => ConnectorResult

async function* readLines(input: NodeJS.ReadableStream, read: ReadLine): AsyncGenerator<ConnectorResult> {
  let line = 0
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++
    if (text.trim() === '') continue
    yield parsed(text, line, read)
  }
}

function parsed(text: string, line: number, read: ReadLine): ConnectorResult {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, line, detail: 'is not JSON' }
  }
  return read(value, line)
}

function activityOfLine(value: unknown, line: number): ConnectorResult {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, line, detail: 'is not an object' }
  return { ok: true, activity: value as ReportedActivity }
}
