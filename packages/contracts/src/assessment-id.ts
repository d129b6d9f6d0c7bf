/** Where an activity stands on its topic. */
export type ActivityPlace = Readonly<{ partition: number; offset: number }>

/** The id of the one assessment that an activity has. */
export function assessmentId({ partition, offset }: ActivityPlace): string {
  return `a-${partition}-${offset}-0`
}

/** Of which activity an assessment of this id would be; undefined for what is no id of an assessment. */
export function assessedPlace(id: string): ActivityPlace | undefined {
  const [, partition, offset] = /^a-(0|[1-9]\d{0,4})-(0|[1-9]\d{0,15})-0$/.exec(id) ?? []
  return partition === undefined ? undefined : { partition: Number(partition), offset: Number(offset) }
}
