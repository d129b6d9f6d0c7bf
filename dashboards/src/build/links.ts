/** Where a dashboard is, with the tenant, the data sources and the time that are chosen here; `more` are further parameters. */
export function linkTo(uid: string, more: string): string {
  return `/d/${uid}?\${clickhouse_datasource:queryparam}&\${tenant:queryparam}&\${app:queryparam}&\${__url_time_range}&${more}`
}

/** The timeline of the user that stands in the column `user` of the row. */
export const timelineOfRow = {
  title: 'Timeline of this user',
  url: linkTo('watchword-user', 'var-user=${__data.fields.user:percentencode}'),
} as const

/** The explanation of the decision that stands in the column `id`, of the user in the column `user`. */
export const explanationOfRow = {
  title: 'Explain this decision',
  url: linkTo(
    'watchword-user',
    'var-user=${__data.fields.user:percentencode}&var-assessment=${__data.fields.id:percentencode}',
  ),
} as const

/** The same, of the user that is chosen on the dashboard. */
export const explanationHere = {
  title: 'Explain this decision',
  url: linkTo('watchword-user', '${user:queryparam}&var-assessment=${__data.fields.id:percentencode}'),
} as const
