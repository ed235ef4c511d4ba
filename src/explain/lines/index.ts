import { emqx } from './emqx.js'
import { erlangTlsRows } from './erlang-tls.js'
import { flashmq } from './flashmq.js'
import { haproxyHeaderRows } from './haproxy-header.js'
import { haproxyProcessRows } from './haproxy-limits.js'
import { haproxyServerRows } from './haproxy-servers.js'
import { haproxyTlsRows } from './haproxy-tls.js'
import { hivemq } from './hivemq.js'
import type { LineTable } from './line.js'
import { mosquitto } from './mosquitto.js'
import { rabbitmq } from './rabbitmq.js'
import { vernemq } from './vernemq.js'

const haproxy: LineTable = {
  program: 'HAProxy',
  rows: [...haproxyServerRows, ...haproxyHeaderRows, ...haproxyTlsRows, ...haproxyProcessRows],
}

/** What EMQX, RabbitMQ and VerneMQ have in common. */
const erlang: LineTable = { program: 'a broker on Erlang (EMQX, RabbitMQ or VerneMQ)', rows: erlangTlsRows }

/** Every table; the first row that fits explains a line. */
export const lineTables: readonly LineTable[] = [haproxy, rabbitmq, emqx, vernemq, flashmq, hivemq, erlang, mosquitto]

/** Words in a line that only one of them writes. */
const marks: readonly (readonly [RegExp, string])[] = [
  [/esockd|emqx/i, 'EMQX'],
  [/vmq_|vernemq|plumtree/i, 'VerneMQ'],
  [/rabbit|^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d \[\w+\] <\d/i, 'RabbitMQ'],
]

/** The program that a line of a shared table comes from, as far as the line tells. */
export function programOf(line: string, table: LineTable): string {
  if (table !== erlang) return table.program
  return marks.find(([mark]) => mark.test(line))?.[1] ?? table.program
}
