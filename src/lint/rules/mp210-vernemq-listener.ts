import { isVernemq, type VernemqFile } from '../../brokers/vernemq/read.js'
import { formatEndpoint } from '../../kernel/address.js'
import type { Rule } from '../rule.js'

export const vernemqListener: Rule = {
  code: 'MP210',
  name: 'vernemq-listener',
  summary:
    'A VerneMQ listener without a usable address or on that of another, written twice, or settings of one that does not exist.',
  severity: 'error',
  also: ['warning'],
  harm: 'VerneMQ does not start, or starts without the listener that clients are to use.',
  evidence:
    'VerneMQ 2.2.0: [::1]:1883, localhost:1883 and a bare port stop the start; it goes on without a listener whose port is 99999 or taken; of two lines the last one counts; settings of an undefined listener are accepted.',
  fix: 'listener.tcp.NAME = ADDRESS:PORT.',
  unproven: 'VerneMQ is not among the programs that tools install fetches; measured on 2.2.0.',
  *check({ brokers }) {
    for (const file of brokers.filter(isVernemq)) {
      yield* unusable(file)
      yield* twice(file)
      // The listener may be in an included file that is not here.
      if (file.unread.length === 0) yield* orphans(file)
    }
  },
}

type Findings = ReturnType<Rule['check']>

function* unusable({ view }: VernemqFile): Findings {
  const taken = new Map<string, (typeof view.listeners)[number]>()
  for (const one of view.listeners) {
    const { line, endpoint } = one
    const value = line.value ?? ''
    const at = line.valueSpan ?? line.span
    if (endpoint.kind === 'other' || (endpoint.kind === 'tcp' && !isAddress(value))) {
      const fix = { text: '127.0.0.1:1883' }
      yield { at, message: `"${value}" is not an address that VerneMQ accepts: it does not start`, fix }
      continue
    }
    if (endpoint.kind !== 'tcp') continue
    if (endpoint.port !== undefined && (endpoint.port < 1 || endpoint.port > 65_535)) {
      const message = `${endpoint.port} is not a port: VerneMQ starts without this listener`
      yield { at, message, fix: { text: 'a port from 1 to 65535' } }
      continue
    }
    const place = formatEndpoint(endpoint)
    const first = taken.get(place)
    if (first === undefined) taken.set(place, one)
    else {
      yield {
        at,
        message: `${place} is taken by listener.${first.transport}.${first.name}: VerneMQ starts without this listener`,
        related: [{ span: first.span, message: 'the first one' }],
        fix: { text: 'a port of its own' },
      }
    }
  }
}

/** Host names and IPv6 addresses are none. */
function isAddress(value: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(value)
}

function* twice({ documents }: VernemqFile): Findings {
  for (const { lines } of documents) {
    const seen = new Map<string, (typeof lines)[number]>()
    for (const line of lines) {
      const { key } = line
      if (key === undefined || !/^listener\./.test(key)) continue
      const before = seen.get(key)
      seen.set(key, line)
      if (before === undefined || before.value === line.value) continue
      yield {
        at: before.keySpan ?? before.span,
        severity: 'warning',
        message: `${key} is written twice: the last one counts, and nothing is said`,
        related: [{ span: line.keySpan ?? line.span, message: 'this one counts' }],
        fix: { text: 'one line' },
      }
    }
  }
}

function* orphans({ view }: VernemqFile): Findings {
  const known = new Set(view.listeners.map((one) => `${one.transport}.${one.name}`))
  const told = new Set<string>()
  for (const { key, span } of view.settings.values()) {
    const match = /^listener\.(tcp|ssl|ws|wss|vmq|vmqs|http|https)\.([^.]+)\.[^.]+$/.exec(key)
    const name = match === null ? undefined : `${match[1]}.${match[2]}`
    if (name === undefined || known.has(name) || told.has(name)) continue
    told.add(name)
    yield {
      at: span,
      severity: 'warning',
      message: `there is no listener.${name} = ADDRESS:PORT: the setting is accepted and nothing listens`,
      fix: { text: `listener.${name} = 127.0.0.1:1883` },
    }
  }
}
