import type { Command } from '@watchword/decider'

/** Where the command's record stands in the inbox; lock ids and versions come from it. */
export type Position = Readonly<{ partition: number; offset: number }>

/** A command as read from the inbox; `at` is log time in epoch milliseconds. */
export type Recorded<Type extends string, Data> = Command<Type, Data> &
  Readonly<{ commandId: string; position: Position }>
