const names = [
  'Ada Brandt',
  'Emil Fuchs',
  'Greta Hahn',
  'Jonas Keller',
  'Lena Maurer',
  'Nils Otto',
  'Pia Quandt',
  'Rosa Stein',
]

/** How many customers one export holds. */
export const customersExported = names.length

/** A list of made-up customers, as CSV. */
export const customersCsv = (): string =>
  ['number,name,branch', ...names.map((name, index) => `${4_100 + index},${name},Berlin Mitte`), ''].join('\r\n')
