import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LineExplanation } from '../../src/explain/line-explanation.js'
import { lineTables } from '../../src/explain/lines/index.js'
import { readLogLine } from '../../src/explain/log-line.js'

/** What the real programs wrote, each line below the name of what was done to them. */
function recorded(name: string): readonly { readonly step: string; readonly line: string }[] {
  let step = 'start'
  const text = readFileSync(join(import.meta.dirname, '../../fixtures/logs', name), 'utf8')
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('# ')) step = line.slice(2)
    return line === '' || line.startsWith('# ') ? [] : [{ step, line }]
  })
}

function explainedAt(name: string, step: string): readonly LineExplanation[] {
  return recorded(name)
    .filter((one) => one.step === step)
    .flatMap(({ line }) => {
      const found = readLogLine(line)
      return found === undefined || found === 'normal' ? [] : [found]
    })
}

const logs = [
  ['haproxy-2.6.log', 'HAProxy'],
  ['haproxy-3.2.log', 'HAProxy'],
  ['mosquitto-2.0.log', 'Mosquitto'],
  ['mosquitto-2.1.log', 'Mosquitto'],
  ['rabbitmq-3.10.log', 'RabbitMQ'],
] as const

describe('the lines that real programs wrote', () => {
  it.each(logs)('%s: every line is known, and taken for one of %s', (name, program) => {
    const lines = recorded(name)
    expect(lines.length).toBeGreaterThan(20)
    expect(lines.filter(({ line }) => readLogLine(line) === undefined)).toEqual([])
    const taken = lines.map(({ line }) => readLogLine(line))
    const programs = taken.flatMap((one) => (one === undefined || one === 'normal' ? [] : [one.program]))
    expect([...new Set(programs)]).toEqual([program])
  })

  it.each([
    ['plain to tls', /not TLS/, 2],
    ['v2 header to tls', /PROXY header came in front of TLS/, 2],
    ['http to tls', /HTTP/, 2],
    ['mtls no cert', /no certificate/, 1],
    ['mtls expired', /expired/, 3],
    ['acc no header', /send-proxy/, 3],
    ['http mqtt', /use "mode tcp" in/, 2],
    ['nosrv listen down', /"listen" section, and no server in it is up/, 2],
    ['rule no mqtt', /inspect-delay 5s/, 3],
    ['maxconn queue', /maxconn/, 1],
  ])('HAProxy 3.2, %s: %s', (step, cause, causes) => {
    const [first] = explainedAt('haproxy-3.2.log', step).slice(-1)
    expect([first?.meaning, ...(first?.causes ?? [])].join('\n')).toMatch(cause)
    expect(first?.causes.length ?? 0).toBeGreaterThanOrEqual(causes)
    expect(first?.next).not.toEqual([])
  })

  it('orders the causes of SC by its timers: retries that cost time were refused, others had no port', () => {
    const refused = explainedAt('haproxy-2.6.log', 'backend server dead').at(-1)
    expect(refused?.causes[0]).toMatch(/^nothing listens/)
    const ports = explainedAt('haproxy-2.6.log', 'range').find(({ meaning }) => meaning.startsWith('SC'))
    expect(ports?.causes[0]).toMatch(/no source port left/)
  })

  it.each([
    ['plain v2', /0x0D, the start of a PROXY header of version 2/],
    ['plain v1', /0x50, a "P" as in "PROXY"/],
    ['plain http', /HTTP/],
    ['v2 none', /send-proxy-v2 is missing/],
    ['v2 unspec', /no address/],
    ['cert none', /send-proxy-v2-ssl-cn/],
    ['req tls, none', /without TLS/],
    ['cn no CN', /no CN/],
    ['v1 gets v2', /enable_proxy_protocol 1/],
    ['mtls wrong ca', /signed by a CA/],
    ['tls v2 header', /PROXY header came in front of TLS/],
  ])('Mosquitto 2.1, %s: %s', (step, cause) => {
    const said = explainedAt('mosquitto-2.1.log', step).flatMap((one) => [one.meaning, ...one.causes])
    expect(said.join('\n')).toMatch(cause)
  })

  it.each([
    ['no header', /send-proxy-v2 is missing/],
    ['LOCAL', /LOCAL header/],
    ['tls on plain', /TLS/],
    ['v2 on tls', /PROXY header/],
    ['no cert', /no certificate/],
    ['wrong ca', /CA that the broker does not know/],
  ])('RabbitMQ 3.10, %s: %s', (step, cause) => {
    const said = explainedAt('rabbitmq-3.10.log', step).flatMap((one) => [one.meaning, ...one.causes])
    expect(said.join('\n')).toMatch(cause)
  })
})

describe('the tables', () => {
  const rows = lineTables.flatMap((table) => table.rows.map((row) => ({ table, row })))

  it.each(rows.map(({ table, row }) => [table.program, row.example, row] as const))(
    '%s: "%s" is explained by its own row',
    (_, example, row) => {
      const first = rows.find((one) => one.row.pattern.test(example))
      expect(first?.row).toBe(row)
    },
  )
})

describe('bytes that a line shows', () => {
  it.each([
    ['{invalid_proxy_info,<<22,3,1,2,0,1,0,1,252,3,3>>} esockd', /TLS ClientHello|TLS handshake/],
    ['emqx {invalid_proxy_info,<<"GET / HTTP/1.1\\r\\n">>}', /HTTP/],
    ["session stopped abnormally due to '{cant_parse_connect_fixed_header,<<22,3,1,0,183,1,0,0,179,3,3>>}'", /TLS/],
    [
      '{cant_parse_connect_fixed_header,<<13,10,13,10,0,13,10,81,85,73,84,10,33,17,0,12,...>>}',
      /PROXY header of version 2/,
    ],
    ['{tls_alert,{unexpected_message,"TLS server: ... {unsupported_record_type,80}"}}', /version 1/],
    ['{tls_alert,{unexpected_message,"TLS server: ... {unsupported_record_type,16}"}}', /MQTT CONNECT/],
    ['not an SSL/TLS record: 101000044d515454', /MQTT CONNECT/],
  ])('%s', (line, cause) => {
    const found = readLogLine(line)
    expect(typeof found === 'object' ? found.causes[0] : found).toMatch(cause)
  })
})

describe('what Netty says of a PROXY header', () => {
  const exception = 'io.netty.handler.codec.haproxy.HAProxyProtocolException'
  it.each([
    ['header length (over 214) exceeds the allowed maximum (108)', /sends no header/],
    ['unknown identifier: GET', /sends no header/],
    ['header length (70000) exceeds the allowed maximum (65551)', /more TLVs/],
    ['incomplete IPv6 address information: 12 bytes (expected: 36+ bytes)', /fewer bytes than the addresses/],
    ['java.lang.IllegalArgumentException: unknown version: 0x31', /another header than version 1 or 2/],
    ["invalid header: PROXY (expected: 'PROXY' and proxied protocol values)", /another header than version 1 or 2/],
    ['invalid port: 0 (expected: 1 ~ 65535)', /an address or a port/],
    ['invalid IPv4 address: 192.0.2.256', /an address or a port/],
  ])('%s', (reason, cause) => {
    const found = readLogLine(`${exception}: ${reason}`)
    expect(typeof found === 'object' ? found.causes[0] : found).toMatch(cause)
    expect(typeof found === 'object' && found.program).toBe('HiveMQ (Netty)')
  })

  it('names every cause where the exception has no reason', () => {
    const found = readLogLine(`Caused by: ${exception}`)
    expect(typeof found === 'object' ? found.causes.length : 0).toBe(3)
  })
})
