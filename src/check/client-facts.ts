import type { ProxyView } from '../config/haproxy/view.js'
import { type Condition, readCondition, type Test } from '../path/inspection/condition.js'
import type { MqttVersion } from '../scenarios/types.js'

/** What a rule of HAProxy can see of one of our clients. */
export interface ClientFacts {
  readonly protocol: 'mqtt' | 'websocket'
  /** HAProxy sees TLS, not what is inside. */
  readonly encrypted: boolean
  readonly username: string | undefined
  readonly clientId: string
  /** SNI. */
  readonly serverName: string | undefined
  readonly mqtt: MqttVersion
  /** The port that it connects to, as the files say; `undefined`: none, or not known. */
  readonly port: number | undefined
}

type Known = 'yes' | 'no' | 'unknown'

/** Whether a condition (`if ...`, as a rule has it behind its action) holds once the client's first bytes are there. */
export function conditionHolds(text: string, proxy: Pick<ProxyView, 'effective'>, client: ClientFacts): Known {
  const condition = readCondition(text.split(' '), proxy)
  return condition === undefined ? 'yes' : holds(condition, client)
}

/** @see conditionHolds */
export function holds({ suites, unless }: Condition, client: ClientFacts): Known {
  const all = suites.map((suite) =>
    suite
      .map(({ negated, anyOf }) => flip(negated, either(anyOf.map((test) => testHolds(test, client)))))
      .reduce<Known>(
        (a, b) => (a === 'no' || b === 'no' ? 'no' : a === 'unknown' || b === 'unknown' ? 'unknown' : 'yes'),
        'yes',
      ),
  )
  return flip(unless, either(all))
}

function either(all: readonly Known[]): Known {
  return all.includes('yes') ? 'yes' : all.includes('unknown') ? 'unknown' : 'no'
}

function flip(really: boolean, known: Known): Known {
  if (!really || known === 'unknown') return known
  return known === 'yes' ? 'no' : 'yes'
}

function testHolds({ expression, against }: Test, client: ClientFacts): Known {
  const { sample, converters } = partsOf(expression)
  if (sample === 'always_true' || sample === 'wait_end') return 'yes'
  if (sample === 'always_false') return 'no'
  if (/^(?:fc_)?dst_port$/.test(sample)) {
    return converters.length > 0 || client.port === undefined ? 'unknown' : numberMatches(client.port, against)
  }
  if (/^req[._]len$/.test(sample)) return converters.length === 0 ? 'yes' : 'unknown'
  if (sample === 'req.proto_http' || sample === 'req_proto_http') {
    return client.protocol === 'websocket' && !client.encrypted ? 'yes' : 'no'
  }
  if (/^hdr(?:\w*)\(upgrade\)$/i.test(sample) || /^req\.hdr\(upgrade\)$/i.test(sample)) {
    return client.protocol === 'websocket' ? matches('websocket', against) : 'no'
  }
  if (/^req[._]ssl_hello_type$/.test(sample)) return client.encrypted ? matches('1', against) : 'no'
  if (/^req[._]ssl_sni$/.test(sample)) {
    return client.encrypted && client.serverName !== undefined ? matches(client.serverName, against) : 'no'
  }
  if (/^ssl_fc_sni$/.test(sample)) return client.serverName === undefined ? 'no' : matches(client.serverName, against)
  if (!/^(?:req[._])?payload\(0,\d+\)$/.test(sample)) return 'unknown'
  const plain = client.protocol === 'mqtt' && !client.encrypted
  const [field, ...more] = converters
  if (field === 'mqtt_is_valid' && more.length === 0) return plain ? 'yes' : 'no'
  const name = /^mqtt_field_value\(connect,(\w+)\)$/.exec(field ?? '')?.[1]
  if (name !== undefined && more.length === 0) {
    if (!plain) return 'no'
    const value = fieldOf(name, client)
    return value === 'unknown' ? 'unknown' : value === undefined ? 'no' : matches(value, against)
  }
  if (field !== undefined || sample !== 'req.payload(0,1)') return 'unknown'
  const first = client.encrypted ? '16' : plain ? '10' : '47'
  return against[0] === '-m' && against[1] === 'bin' ? (against.slice(2).includes(first) ? 'yes' : 'no') : 'unknown'
}

/** Whole numbers and ranges, `1883` or `1883:1893`; other comparisons are not read here. */
function numberMatches(value: number, patterns: readonly string[]): Known {
  const ranges = patterns.map((one) => /^(\d+)(?::(\d+))?$/.exec(one))
  if (ranges.length === 0 || ranges.includes(null)) return 'unknown'
  const within = ranges.some((one) => value >= Number(one?.[1]) && value <= Number(one?.[2] ?? one?.[1]))
  return within ? 'yes' : 'no'
}

function fieldOf(name: string, client: ClientFacts): string | undefined {
  if (name === 'username') return client.username
  if (name === 'client_identifier') return client.clientId
  if (name === 'protocol_name') return 'MQTT'
  if (name === 'protocol_version') return client.mqtt === '5.0' ? '5' : '4'
  return 'unknown'
}

/** `req.payload(0,0),mqtt_field_value(connect,username)` as sample and converters. */
export function partsOf(expression: string): { readonly sample: string; readonly converters: readonly string[] } {
  const [sample = '', ...converters] = expression.split(/,(?![^(]*\))/)
  return { sample, converters }
}

/** How HAProxy compares a text: flags first, then patterns. `undefined`: not a comparison that is read here. */
export interface Comparison {
  readonly how: 'str' | 'beg' | 'end' | 'sub' | 'found' | 'int'
  readonly ignoreCase: boolean
  readonly patterns: readonly string[]
}

export function comparisonOf(against: readonly string[]): Comparison | undefined {
  let how: Comparison['how'] = 'str'
  let ignoreCase = false
  let at = 0
  for (; at < against.length; at++) {
    const word = against[at] ?? ''
    if (word === '-i') ignoreCase = true
    else if (word === '--') {
      at++
      break
    } else if (word === '-m') {
      const method = against[++at]
      if (
        method === 'str' ||
        method === 'beg' ||
        method === 'end' ||
        method === 'sub' ||
        method === 'found' ||
        method === 'int'
      )
        how = method
      else return undefined
    } else if (word.startsWith('-')) return undefined
    else break
  }
  return { how, ignoreCase, patterns: against.slice(at) }
}

function matches(value: string, against: readonly string[]): Known {
  const comparison = comparisonOf(against)
  if (comparison === undefined) return 'unknown'
  const { how, ignoreCase, patterns } = comparison
  if (how === 'found') return 'yes'
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
  const own = fold(value)
  const is = patterns.some((pattern) => {
    const other = fold(pattern)
    if (how === 'beg') return own.startsWith(other)
    if (how === 'end') return own.endsWith(other)
    if (how === 'sub') return own.includes(other)
    return own === other
  })
  return is ? 'yes' : 'no'
}
