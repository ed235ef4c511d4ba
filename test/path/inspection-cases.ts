/** A frontend (with backends A and B), and whether it sees the bytes of a client that takes its time. */
export interface InspectionCase {
  readonly name: string
  readonly front: readonly string[]
  readonly back?: readonly string[]
  /** `waits`: nothing is decided before bytes come; `goes on`: backend A gets the client; `cuts`: nobody does. */
  readonly truth: 'waits' | 'goes on' | 'cuts'
  /** Where a CONNECT of user u1 goes that comes in two pieces: to B as it should, or to A. */
  readonly pieces?: 'right' | 'wrong' | undefined
}

const delay = 'tcp-request inspect-delay 60s'
const valid = '{ req.payload(0,0),mqtt_is_valid }'
const byUser = 'use_backend B if { req.payload(0,0),mqtt_field_value(connect,username) u1 }'
const byVariable = 'use_backend B if { var(txn.user) -m str u1 }'
const setUser = 'tcp-request content set-var(txn.user) req.payload(0,0),mqtt_field_value(connect,username)'
const other = 'use-server t unless { req.payload(0,0),mqtt_field_value(connect,username) u1 }'

function waiting(name: string, ...rules: readonly string[]): InspectionCase {
  return {
    name,
    front: [delay, ...rules.map((one) => `tcp-request content ${one}`), byUser],
    truth: 'waits',
    pieces: 'right',
  }
}

/** Waits, but not for a whole packet. */
function partly(name: string, ...rules: readonly string[]): InspectionCase {
  return { ...waiting(name, ...rules), pieces: 'wrong' }
}

function blind(name: string, ...rules: readonly string[]): InspectionCase {
  return { name, front: waiting(name, ...rules).front, truth: 'goes on' }
}

/** Each was asked of HAProxy 2.6.12 and 3.2.26: `test/path/inspection.e2e.test.ts` asks again. */
export const inspectionCases: readonly InspectionCase[] = [
  waiting('asks whether it is MQTT', `accept if ${valid}`),
  waiting('rejects what is not MQTT', `reject unless ${valid}`),
  waiting('asks in two rules', `accept if ${valid}`, 'reject'),
  partly('silently drops by the first byte', 'silent-drop unless { req.payload(0,1) -m bin 10 }'),
  partly('wants one byte', 'accept if { req.len gt 0 }'),
  partly('wants five bytes', 'accept if { req.len ge 5 }'),
  partly('wants bytes by an older name and a flag', 'accept if { req_len -m int gt 0 }'),
  partly('uses an ACL that HAProxy brings', 'accept if REQ_CONTENT'),
  { ...waiting('asks for TLS or HTTP', 'accept if { req_ssl_hello_type 1 }', 'accept if HTTP'), pieces: undefined },
  partly('denies the negation', 'reject if !{ req.len gt 0 }'),
  waiting('accepts what is not MQTT', `accept unless ${valid}`),
  partly('looks at bytes before the source', 'accept if { req.len gt 0 } { src 192.0.2.1 }'),
  waiting('captures', 'capture req.payload(0,0),mqtt_field_value(connect,username) len 20'),
  {
    name: 'sets a variable where bytes are there',
    front: [delay, `${setUser} if { req.len gt 0 }`, byVariable],
    truth: 'waits',
    pieces: 'wrong',
  },
  blind('waits for nothing'),
  blind('accepts everybody first', 'accept', 'accept if { req.len gt 0 }'),
  blind('is content with no bytes', 'accept if { req.len lt 5 }', 'accept if { req.len 0 }'),
  blind('denies what no bytes fulfil', 'accept unless { req.len 0 }'),
  blind('has an alternative that always holds', 'accept if { req.len gt 0 } or { always_true }', 'accept'),
  blind('looks at something that never is, first', 'accept if FALSE { req.len gt 0 }'),
  blind('does something else', 'set-log-level notice'),
  { name: 'has no delay', front: [`tcp-request content accept if ${valid}`, byUser], truth: 'goes on' },
  {
    name: 'has a delay of nothing',
    front: ['tcp-request inspect-delay 0', `tcp-request content accept if ${valid}`, byUser],
    truth: 'goes on',
  },
  {
    name: 'rejects without a delay',
    front: [`tcp-request content reject unless ${valid}`, 'default_backend B'],
    truth: 'cuts',
  },
  {
    name: 'rejects by named ACLs without a delay',
    front: [
      'acl m req.payload(0,1) -m bin 10',
      'acl h req.proto_http',
      'tcp-request content reject if !m !h',
      'default_backend B',
    ],
    truth: 'cuts',
  },
  {
    name: 'rejects what it did not accept, without a delay',
    front: [`tcp-request content accept if ${valid}`, 'tcp-request content reject', byUser],
    truth: 'cuts',
  },
  {
    name: 'rejects what it did not accept, without a delay, and looks at nothing else',
    front: [`tcp-request content accept if ${valid}`, 'tcp-request content reject'],
    truth: 'cuts',
  },
  { name: 'sets a variable', front: [delay, setUser, byVariable], truth: 'goes on' },
  {
    name: 'sets a variable, then waits',
    front: [delay, setUser, `tcp-request content accept if ${valid}`, byVariable],
    truth: 'waits',
  },
  {
    name: 'judges a variable that is not set yet',
    front: [delay, setUser, 'tcp-request content reject unless { var(txn.user) -m found }', byVariable],
    truth: 'cuts',
  },
  {
    name: 'has an ACL of two lines',
    front: [delay, 'acl m src 192.0.2.1', 'acl m req.len gt 0', 'tcp-request content accept if m', byUser],
    truth: 'waits',
    pieces: 'wrong',
  },
  {
    name: 'waits only in the backend',
    front: [byUser],
    back: [delay, `tcp-request content accept if ${valid}`],
    truth: 'goes on',
  },
  { name: 'rejects in the backend', front: [], back: [`tcp-request content reject unless ${valid}`], truth: 'cuts' },
  {
    name: 'delays in the frontend, rejects in the backend',
    front: [delay],
    back: [`tcp-request content reject unless ${valid}`],
    truth: 'cuts',
  },
  {
    name: 'rejects in the backend with its own delay',
    front: [],
    back: [delay, `tcp-request content reject unless ${valid}`],
    truth: 'waits',
  },
  {
    name: 'waits in the frontend for the backend',
    front: [delay, `tcp-request content accept if ${valid}`],
    back: [other],
    truth: 'waits',
  },
  {
    name: 'wants the byte that it looks at',
    front: [delay, 'tcp-request content accept if { req.len ge 9 }', 'use_backend B if { req.payload(8,1) -m bin 04 }'],
    truth: 'waits',
    pieces: 'right',
  },
  {
    name: 'wants fewer bytes than it looks at',
    front: [delay, 'tcp-request content accept if { req.len ge 3 }', 'use_backend B if { req.payload(8,1) -m bin 04 }'],
    truth: 'waits',
    pieces: 'wrong',
  },
  {
    name: 'waits in the backend for its servers',
    front: [],
    back: [delay, `tcp-request content accept if ${valid}`, other],
    truth: 'waits',
  },
]

/** A whole file; A and B name the ports behind them. */
export function inspectionConfig(one: InspectionCase, front: number, a: number, b: number): string {
  const indent = (lines: readonly string[]) => lines.map((line) => `    ${line}\n`).join('')
  const fallback = one.front.some((line) => line.startsWith('default_backend')) ? [] : ['default_backend A']
  return `defaults
    mode tcp
    timeout connect 5s
    timeout client 120s
    timeout server 120s
frontend f
    bind 127.0.0.1:${front}
${indent([...one.front, ...fallback])}backend A
${indent(one.back ?? [])}    server s 127.0.0.1:${a}
    server t 127.0.0.1:${a} backup
backend B
    server s 127.0.0.1:${b}
`
}
