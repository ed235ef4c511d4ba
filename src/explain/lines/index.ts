import { brokerKinds, brokerOf } from '../../brokers/index.js'
import type { LineTable } from '../../brokers/log-lines.js'
import { oneOf } from '../../kernel/one-of.js'
import { haproxyHeaderRows } from './haproxy-header.js'
import { haproxyProcessRows } from './haproxy-limits.js'
import { haproxyServerRows } from './haproxy-servers.js'
import { haproxyTlsRows } from './haproxy-tls.js'

const haproxy: LineTable = {
  program: 'HAProxy',
  rows: [...haproxyServerRows, ...haproxyHeaderRows, ...haproxyTlsRows, ...haproxyProcessRows],
}

const ofBrokers = brokerKinds.flatMap((kind) => brokerOf(kind).logLines ?? [])
const shared = [...new Set(ofBrokers.flatMap((table) => table.runtime ?? []))].map((runtime) => {
  const names = ofBrokers.filter((table) => table.runtime === runtime).map(({ program }) => program)
  return { ...runtime, program: `a broker on ${runtime.program} (${oneOf(names)})` }
})

/** Every table; the first row that fits explains a line. Lines without a mark of their program come last. */
export const lineTables: readonly LineTable[] = [
  haproxy,
  ...ofBrokers.filter((table) => table.plain === undefined),
  ...shared,
  ...ofBrokers.filter((table) => table.plain),
]

/** The program that a line of a shared table comes from, as far as the line tells. */
export function programOf(line: string, table: LineTable): string {
  if (!shared.some((one) => one === table)) return table.program
  return ofBrokers.find(({ mark }) => mark?.test(line))?.program ?? table.program
}
