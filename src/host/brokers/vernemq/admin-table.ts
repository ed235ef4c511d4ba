/** A row of a table that `vmq-admin ... --format=json` prints. */
export type AdminRow = Readonly<Record<string, unknown>>

/**
 * Reads `{"table":[{...}],"type":"table"}`; `undefined` for anything else: the usage text of a node whose commands are
 * not there yet, an error.
 */
export function tableOf(text: string): readonly AdminRow[] | undefined {
  const start = text.indexOf('{')
  if (start < 0) return undefined
  try {
    const value: unknown = JSON.parse(text.slice(start))
    const table = isRecord(value) ? value.table : undefined
    return Array.isArray(table) ? table.filter(isRecord) : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is AdminRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
